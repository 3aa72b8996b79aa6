import type { OverlayOptions } from 'sharp'
import sharp from 'sharp'
import type { Corners } from '../../domain/face/boxes.ts'
import type { Scene } from './peopleManifest.ts'
import type { Picture } from './picture.ts'
import { look, readPicture, toSharp } from './picture.ts'

/** How much larger than the frame a still is, so that the camera can move over it. */
const margin = 1.1

/** The scene without movement, a tenth larger than the frame. */
export async function renderStill(
  scene: Scene,
  photoPath: string,
  width: number,
  height: number,
): Promise<Picture> {
  const photo = await hideFaces(await readPicture(photoPath), scene.mask)
  const stillWidth = Math.round(width * margin)
  const stillHeight = Math.round(height * margin)
  if (scene.shownAs === 'print') return await photographedPrint(photo, scene, stillWidth, stillHeight)
  return look(photo, { ...scene.view, widthPx: scene.view.widthPx * margin }, stillWidth, stillHeight)
}

/** Blurs each face, and a third around it, beyond recognition and beyond detection, with a soft edge. */
async function hideFaces(photo: Picture, mask: readonly Corners[]): Promise<Picture> {
  if (mask.length === 0) return photo
  const patches = await Promise.all(mask.map((face) => blurredPatch(photo, face)))
  return await readPicture(await toSharp(photo).composite(patches).png({ compressionLevel: 0 }).toBuffer())
}

async function blurredPatch(photo: Picture, face: Corners): Promise<OverlayOptions> {
  const growX = (face.right - face.left) * 0.35
  const growY = (face.bottom - face.top) * 0.35
  const left = Math.max(0, Math.round(face.left - growX))
  const top = Math.max(0, Math.round(face.top - growY))
  const width = Math.min(photo.width, Math.round(face.right + growX)) - left
  const height = Math.min(photo.height, Math.round(face.bottom + growY)) - top
  const softEdge = Buffer.from(
    `<svg width="${width}" height="${height}"><defs><radialGradient id="g"><stop offset="0.75" stop-color="#fff"/>` +
      '<stop offset="1" stop-color="#fff" stop-opacity="0"/></radialGradient></defs>' +
      '<rect width="100%" height="100%" fill="url(#g)"/></svg>',
  )
  const blurred = await toSharp(photo).extract({ left, top, width, height }).blur(45).png().toBuffer()
  const input = await sharp(blurred)
    .ensureAlpha()
    .composite([{ input: softEdge, blend: 'dest-in' }])
    .png()
    .toBuffer()
  return { input, left, top }
}

/** What print and a second photograph do to a picture: paper's contrast and tint, ink dots, a border, a tilt, a wall. */
const print = {
  paperShare: 0.8,
  contrast: 0.6,
  paperWhite: [128, 124, 118],
  saturation: 0.65,
  dotStrength: 6,
  dotPitch: 1.9,
  borderPx: 20,
  paper: '#d8d6d0',
  tiltDegrees: 5,
  wall: '#7a7872',
  lensBlur: 0.9,
}

async function photographedPrint(
  photo: Picture,
  scene: Scene,
  width: number,
  height: number,
): Promise<Picture> {
  const printWidth = Math.round(width * print.paperShare)
  const printHeight = Math.round(height * print.paperShare)
  const inked = await toSharp(look(photo, scene.view, printWidth, printHeight))
    .linear(
      [print.contrast, print.contrast, print.contrast],
      print.paperWhite.map((level) => (1 - print.contrast) * level),
    )
    .modulate({ saturation: print.saturation })
    .raw()
    .toBuffer()
  addInkDots(inked, printWidth)
  const sheet = await sharp(inked, { raw: { width: printWidth, height: printHeight, channels: 3 } })
    .extend({
      top: print.borderPx,
      bottom: print.borderPx,
      left: print.borderPx,
      right: print.borderPx,
      background: print.paper,
    })
    .png()
    .toBuffer()
  const held = await sharp(sheet).rotate(print.tiltDegrees, { background: print.wall }).png().toBuffer()
  const room = await sharp({
    create: { width: width * 2, height: height * 2, channels: 3, background: print.wall },
  })
    .composite([{ input: held, gravity: 'centre' }])
    .png()
    .toBuffer()
  return await readPicture(
    await sharp(room)
      .extract({ left: Math.round(width / 2), top: Math.round(height / 2), width, height })
      .blur(print.lensBlur)
      .png()
      .toBuffer(),
  )
}

function addInkDots(pixels: Buffer, width: number): void {
  for (let i = 0; i < pixels.length; i += 3) {
    const x = (i / 3) % width
    const y = Math.floor(i / 3 / width)
    const dot = print.dotStrength * Math.sin((x + y) * print.dotPitch) * Math.sin((x - y) * print.dotPitch)
    for (let k = 0; k < 3; k++) pixels[i + k] = Math.min(255, Math.max(0, pixels[i + k]! + dot))
  }
}
