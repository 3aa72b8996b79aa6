/**
 * A picture of a person as the campaign's face path reads it: a JPEG of one segment whose comment names the person.
 * It goes the way of every picture of a page's camera, and its header is one the camera accepts.
 */
const startOfImage = [0xff, 0xd8]
const endOfImage = [0xff, 0xd9]
/** SOF0, 8 bits, 480 x 640, one component. */
const startOfFrame = [0xff, 0xc0, 0x00, 0x0b, 0x08, 0x01, 0xe0, 0x02, 0x80, 0x01, 0x01, 0x11, 0x00]

export function pictureOf(person: number): Uint8Array {
  const text = Buffer.from(`person:${person}`)
  const comment = [0xff, 0xfe, 0x00, text.length + 2, ...text]
  return Uint8Array.from([...startOfImage, ...comment, ...startOfFrame, ...endOfImage])
}

/** Null for any other picture. */
export function personIn(jpeg: Uint8Array): number | null {
  const [, person] = /person:(\d+)/.exec(Buffer.from(jpeg).toString('latin1')) ?? []
  return person === undefined ? null : Number(person)
}

/** Two persons are strangers: their templates point along different axes. Float32Array of 512, L2-normalised. */
export function templateOf(person: number): Float32Array {
  const template = new Float32Array(512)
  template[person % template.length] = 1
  return template
}
