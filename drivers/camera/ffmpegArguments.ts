export interface V4l2Format {
  /** Asked of the camera; it may answer with the nearest it has. */
  readonly widthPx: number
  readonly heightPx: number
  readonly framesPerSecond: number
}

/**
 * How the pictures come: `copied` takes the camera's own JPEGs as they are (no work for the till's processor), `encoded`
 * makes JPEGs of whatever the camera sends.
 */
export type PictureWay = 'copied' | 'encoded'

/** JPEG quality of ffmpeg's encoder: 2 best, 31 worst. At 3 the face engine's scores are those of the raw picture. */
const encoderQuality = '3'

/** Input of a V4L2 device (ffmpeg-devices, "video4linux2"). */
export function v4l2Input(device: string, format: V4l2Format, way: PictureWay): string[] {
  return [
    ...['-f', 'v4l2'],
    ...(way === 'copied' ? ['-input_format', 'mjpeg'] : []),
    ...['-framerate', String(format.framesPerSecond)],
    ...['-video_size', `${format.widthPx}x${format.heightPx}`],
    ...['-i', device],
  ]
}

/**
 * The whole command line: JPEGs one after the other on standard output, each written at once. `mjpeg2jpeg` adds the Huffman
 * tables that UVC cameras leave out of their JPEGs and that decoders need.
 */
export function ffmpegArguments(input: readonly string[], way: PictureWay, mirror: boolean): string[] {
  const output =
    way === 'copied'
      ? ['-c:v', 'copy', '-bsf:v', 'mjpeg2jpeg']
      : [...(mirror ? ['-vf', 'hflip'] : []), '-c:v', 'mjpeg', '-q:v', encoderQuality, '-pix_fmt', 'yuvj420p']
  return [
    ...['-hide_banner', '-nostdin', '-loglevel', 'error', '-fflags', 'nobuffer'],
    ...input,
    ...['-an', ...output, '-f', 'image2pipe', '-flush_packets', '1', 'pipe:1'],
  ]
}
