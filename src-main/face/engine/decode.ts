import sharp from 'sharp'
import { Failure } from '../../contract/failure.ts'
import type { FaceFrame } from '../../ports/faceEngine.ts'
import type { Raster } from './image.ts'

/** Larger than any camera we drive; a picture beyond it is refused before it is decoded. */
const maxFramePixels = 4096 * 4096

// libvips keeps decoded pictures in a cache unless told not to: frames must not outlive their use.
sharp.cache(false)
sharp.concurrency(1)

/** Decodes a frame to pixels. Throws `Failure` with code `face.badFrame`. */
export async function decodeFrame(frame: FaceFrame): Promise<Raster> {
  return frame.encoding === 'rgba' ? wrapRgba(frame) : await decodeJpeg(frame)
}

function wrapRgba(frame: FaceFrame): Raster {
  const { widthPx: width, heightPx: height } = frame
  if (!Number.isInteger(width) || !Number.isInteger(height) || width <= 0 || height <= 0) {
    throw badFrame(`${width}x${height} is not a picture size`)
  }
  if (frame.data.byteLength !== width * height * 4) {
    throw badFrame(`${frame.data.byteLength} bytes are not ${width}x${height} RGBA pixels`)
  }
  return { data: new Uint8Array(frame.data), width, height, channels: 4 }
}

async function decodeJpeg(frame: FaceFrame): Promise<Raster> {
  const bytes = Buffer.from(frame.data)
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) throw badFrame('it does not begin as a JPEG does')
  try {
    const { data, info } = await sharp(bytes, {
      limitInputPixels: maxFramePixels,
      failOn: 'error',
    })
      .toColourspace('srgb')
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true })
    if (info.channels !== 3) throw badFrame(`${info.channels} channels instead of 3`)
    return { data, width: info.width, height: info.height, channels: 3 }
  } catch (thrown) {
    if (thrown instanceof Failure) throw thrown
    throw badFrame(thrown instanceof Error ? thrown.message : String(thrown))
  }
}

function badFrame(detail: string): Failure {
  return new Failure({
    code: 'face.badFrame',
    attempted: 'decode a camera frame',
    remedy: 'retry',
    message: `The camera sent a picture that cannot be read (${detail}). The next frame is used instead.`,
  })
}
