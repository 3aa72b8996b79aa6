import type { CameraPort } from '../../drivers/camera/port.ts'
import type { PushedCamera } from '../../drivers/camera/pushedCamera.ts'
import { V4l2Camera } from '../../drivers/camera/v4l2Camera.ts'
import type { LaneConfig } from '../config/load.ts'
import type { LogPort } from '../ports/log.ts'

export interface LaneCamera {
  readonly camera: CameraPort
  /** Newest JPEG while the camera is on, where the lane reads it and the page does not have it already; else null. */
  preview(): Uint8Array | null
}

/** The camera of a lane without a bench: the page's own, or one that the lane reads itself. */
export function laneCamera(
  { kind, device, widthPx, heightPx, framesPerSecond, mirror, exposure }: LaneConfig['devices']['camera'],
  page: PushedCamera,
  log: LogPort,
): LaneCamera {
  if (kind !== 'v4l2' || device === undefined) return { camera: page, preview: () => null }
  const camera = new V4l2Camera({
    ...{ device, widthPx, heightPx, framesPerSecond, mirror, exposure },
    onProblem: (failure) => log.warn({ failure: failure.toJSON() }, 'camera'),
  })
  return { camera, preview: () => camera.preview() }
}
