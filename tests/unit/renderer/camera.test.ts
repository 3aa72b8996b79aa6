import { describe, expect, it } from 'vitest'
import { startFrameSender } from '../../../src-renderer/camera/frameSender.ts'
import { cameraProblem } from '../../../src-renderer/camera/openCamera.ts'
import { outlineInGlass } from '../../../src-renderer/components/lookingGlass.tsx'
import { loudness, toneFor, tones } from '../../../src-renderer/sound/tones.ts'
import { everyView, laneView } from './fixtures.ts'

function scriptedCamera() {
  let tick: () => void = () => undefined
  const grabs: ((jpeg: ArrayBuffer | null) => void)[] = []
  const sent: ArrayBuffer[] = []
  const stop = startFrameSender({
    source: { grab: () => new Promise((resolve) => grabs.push(resolve)) },
    send: (jpeg) => sent.push(jpeg),
    every(_ms, run) {
      tick = run
      return () => {
        tick = () => undefined
      }
    },
  })
  const settle = async (jpeg: ArrayBuffer | null): Promise<void> => {
    grabs.shift()?.(jpeg)
    await new Promise((resolve) => setImmediate(resolve))
  }
  return { tick: () => tick(), grabs, sent, stop, settle }
}

describe('sending camera frames', () => {
  it('encodes one frame at a time however fast the clock ticks', async () => {
    const camera = scriptedCamera()
    camera.tick()
    camera.tick()
    camera.tick()
    expect(camera.grabs).toHaveLength(1)
    await camera.settle(new ArrayBuffer(4))
    expect(camera.sent).toHaveLength(1)
    camera.tick()
    expect(camera.grabs).toHaveLength(1)
    camera.stop()
  })

  it('sends nothing after the stop, not even the frame that was being encoded', async () => {
    const camera = scriptedCamera()
    camera.tick()
    camera.stop()
    await camera.settle(new ArrayBuffer(4))
    expect(camera.sent).toHaveLength(0)
  })

  it('sends nothing while there is no picture yet', async () => {
    const camera = scriptedCamera()
    camera.tick()
    await camera.settle(null)
    expect(camera.sent).toHaveLength(0)
    camera.stop()
  })
})

describe('a camera that does not open', () => {
  it.each([
    ['NotAllowedError', 'denied'],
    ['SecurityError', 'denied'],
    ['NotFoundError', 'missing'],
    ['NotReadableError', 'busy'],
  ])('%s is said as %s', (name, problem) => {
    expect(cameraProblem(Object.assign(new Error('no'), { name }))).toBe(problem)
  })
})

describe('the outline on the mirrored picture', () => {
  it('puts a face at the left of the frame on the right of the glass', () => {
    const aspect = 16 / 9
    const left = outlineInGlass({ x: 0.3, y: 0.2, width: 0.1, height: 0.2 }, aspect)
    const right = outlineInGlass({ x: 0.6, y: 0.2, width: 0.1, height: 0.2 }, aspect)
    expect(left.left).toBeGreaterThan(right.left)
    expect(left.left + left.width + right.left).toBeCloseTo(1)
  })

  it('keeps a centred face centred', () => {
    const box = outlineInGlass({ x: 0.45, y: 0.4, width: 0.1, height: 0.2 }, 16 / 9)
    expect(box.left + box.width / 2).toBeCloseTo(0.5)
    expect(box.top + box.height / 2).toBeCloseTo(0.5)
  })
})

describe('the tones', () => {
  const views = everyView('en')
  const view = (name: string) => views.get(name) ?? laneView('en')

  it('tell a scanned item, a call for help, a refusal and a payment apart', () => {
    expect(toneFor(view('scanning-empty'), view('scanning'))).toBe('scanned')
    expect(toneFor(view('scanning'), view('intervention-ageCheck'))).toBe('attention')
    expect(toneFor(view('authorising'), view('declined-other'))).toBe('refused')
    expect(toneFor(view('authorising'), view('approved'))).toBe('done')
    expect(toneFor(view('scanning'), view('scanning'))).toBeNull()
  })

  it('last under half a second, and are softer at night', () => {
    for (const notes of Object.values(tones)) {
      for (const note of notes) expect(note.startMs + note.lengthMs).toBeLessThan(500)
    }
    expect(loudness(23)).toBeLessThan(loudness(12))
  })
})
