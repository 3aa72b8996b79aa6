interface FakeJpeg {
  readonly widthPx: number
  readonly heightPx: number
  readonly scan?: Uint8Array
  /** With a whole little JPEG inside an APP1 segment, as cameras write. */
  readonly thumbnail?: boolean
}

const startOfImage = Buffer.from([0xff, 0xd8])
const endOfImage = Buffer.from([0xff, 0xd9])

/** The skeleton of a JPEG: right in its markers, meaningless in its picture. */
export function fakeJpeg({
  widthPx,
  heightPx,
  scan = new Uint8Array(),
  thumbnail = false,
}: FakeJpeg): Buffer {
  const size = Buffer.alloc(4)
  size.writeUInt16BE(heightPx, 0)
  size.writeUInt16BE(widthPx, 2)
  return Buffer.concat([
    startOfImage,
    ...(thumbnail ? [segment(0xe1, fakeJpeg({ widthPx: 2, heightPx: 2, scan: Buffer.from([1, 2]) }))] : []),
    segment(0xc0, Buffer.concat([Buffer.from([8]), size, Buffer.from([1, 1, 0x11, 0])])),
    segment(0xda, Buffer.from([1, 1, 0, 0, 63, 0])),
    stuffed(scan),
    endOfImage,
  ])
}

function segment(marker: number, payload: Uint8Array): Buffer {
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(payload.length + 2, 2)
  return Buffer.concat([head, payload])
}

/** In entropy-coded data every FF is followed by 00. */
function stuffed(bytes: Uint8Array): Buffer {
  return Buffer.from([...bytes].flatMap((byte) => (byte === 0xff ? [0xff, 0] : [byte])))
}
