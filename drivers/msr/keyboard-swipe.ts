import type { InputDecoder } from '../byte-stream/input-device.ts'
import { createKeyboardDecoder, type KeyboardReport } from '../hid/keyboard.ts'
import type { KeyboardLayoutId } from '../hid/keyboard-layouts.ts'
import { createReportFraming, type ReportLengths } from '../hid/report-framing.ts'
import { judgeSwipe, type RawTrack, type SwipeFrame } from './swipe.ts'

export interface SwipeOptions {
  readonly memberPrefixes: readonly string[]
}

/** Three tracks of 79, 40 and 107 characters, with room for what a reader adds. */
const longestSwipe = 512
/** A card takes a second to be swiped, and is sent at once afterwards. */
const silenceMs = 1000
const trackOfSentinel: ReadonlyMap<number, 1 | 2 | 3> = new Map([
  [0x25, 1],
  [0x3b, 2],
  [0x2b, 3],
])
const endSentinel = 0x3f

/** Swipes of a reader that is a keyboard. Everything it typed is overwritten as soon as it is judged. */
export function createKeyboardSwipeDecoder(
  where: KeyboardReport,
  lengths: ReportLengths,
  { layout, memberPrefixes }: SwipeOptions & { readonly layout: KeyboardLayoutId },
): InputDecoder<SwipeFrame> {
  const framing = createReportFraming(lengths)
  const keyboard = createKeyboardDecoder(where, layout)
  const held = new Uint8Array(longestSwipe)
  let length = 0
  let tooLong = false

  const finish = (): SwipeFrame[] => {
    if (length === 0) return []
    const frame = judgeSwipe(tooLong ? [] : tracksOf(held.subarray(0, length)), memberPrefixes)
    held.fill(0)
    length = 0
    tooLong = false
    return [frame]
  }

  return {
    silenceMs,
    push(bytes) {
      const frames: SwipeFrame[] = []
      for (const frame of framing.push(bytes)) {
        if (frame.kind === 'garbled' || frame.reportId !== where.reportId) continue
        for (const stroke of keyboard.push(frame.bytes)) {
          if (typeof stroke !== 'number') frames.push(...finish())
          else if (length === longestSwipe) tooLong = true
          else held[length++] = stroke < 0x80 ? stroke : 0
        }
        frame.bytes.fill(0)
      }
      bytes.fill(0)
      return frames
    },
    silence() {
      framing.wipe()
      keyboard.reset()
      return finish()
    },
  }
}

/** From each start sentinel to its end sentinel. What stands outside is none of a card's. */
function tracksOf(typed: Uint8Array): RawTrack[] {
  const tracks: RawTrack[] = []
  for (let at = 0; at < typed.length; at++) {
    const track = trackOfSentinel.get(typed[at] ?? 0)
    const end = track === undefined ? -1 : typed.indexOf(endSentinel, at)
    if (track === undefined || end < 0) continue
    // A third track may begin as a second one does.
    const isThird = track === 2 && tracks.some((before) => before.track === 2)
    tracks.push({ track: isThird ? 3 : track, bytes: typed.subarray(at, end + 1) })
    at = end
  }
  return tracks
}
