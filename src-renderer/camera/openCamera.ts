import type { CameraProblem } from '../state/laneContext.tsx'

/** Why the browser gave no camera, from the name of its `DOMException`. */
export function cameraProblem(thrown: unknown): CameraProblem {
  const name = thrown instanceof Error ? thrown.name : ''
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied'
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy'
  return 'missing'
}

export async function openCamera(devices: MediaDevices | undefined): Promise<MediaStream | CameraProblem> {
  // Absent where the page is not on a secure origin.
  if (devices === undefined) return 'denied'
  try {
    return await devices.getUserMedia({
      audio: false,
      video: { width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { ideal: 30 }, facingMode: 'user' },
    })
  } catch (thrown) {
    return cameraProblem(thrown)
  }
}

export function closeCamera(stream: MediaStream): void {
  for (const track of stream.getTracks()) track.stop()
}
