/** 1280 x 720 at most: enough for a face at arm's length, and a JPEG well under the lane's limit. */
export const widestPx = 1280
const jpegQuality = 0.85

/** About 14 frames a second; the engine looks at fewer. */
export const frameEveryMs = 70

export interface FrameSource {
  /** The newest picture as JPEG, null while there is none yet. */
  grab(): Promise<ArrayBuffer | null>
}

export interface FrameSenderOptions {
  readonly source: FrameSource
  send(jpeg: ArrayBuffer): void
  /** Calls `run` again and again until the returned stop. */
  every(ms: number, run: () => void): () => void
}

/** Sends frames until stopped. One at a time: a slow machine sends fewer, it never queues; nothing leaves after the stop. */
export function startFrameSender(options: FrameSenderOptions): () => void {
  let stopped = false
  let encoding = false
  const tick = async (): Promise<void> => {
    if (encoding || stopped) return
    encoding = true
    try {
      const jpeg = await options.source.grab()
      // `stopped` may have changed during the wait.
      if (jpeg !== null && !(stopped as boolean)) options.send(jpeg)
    } finally {
      encoding = false
    }
  }
  const stopTicking = options.every(frameEveryMs, () => void tick())
  return () => {
    stopped = true
    stopTicking()
  }
}

/** Frames of a playing video, scaled down to `widestPx`, drawn off screen. */
export function videoFrames(video: HTMLVideoElement): FrameSource {
  const canvas = new OffscreenCanvas(16, 16)
  const context = canvas.getContext('2d', { alpha: false })
  return {
    async grab() {
      const { videoWidth, videoHeight } = video
      if (context === null || videoWidth === 0 || video.readyState < video.HAVE_CURRENT_DATA) return null
      const scale = Math.min(1, widestPx / Math.max(videoWidth, videoHeight))
      canvas.width = Math.round(videoWidth * scale)
      canvas.height = Math.round(videoHeight * scale)
      context.drawImage(video, 0, 0, canvas.width, canvas.height)
      const blob = await canvas.convertToBlob({ type: 'image/jpeg', quality: jpegQuality })
      return blob.arrayBuffer()
    },
  }
}
