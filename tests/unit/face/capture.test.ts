import { describe, expect, test } from 'vitest'
import { PushedCamera } from '../../../drivers/camera/pushedCamera.ts'
import type { QualityReject } from '../../../src-main/contract/face.ts'
import type { CaptureView } from '../../../src-main/contract/laneView.ts'
import type { CapturePolicy, ChallengeDemand } from '../../../src-main/domain/face/policy.ts'
import { defaultCaptureBehaviour } from '../../../src-main/domain/face/policy.ts'
import { FaceGallery } from '../../../src-main/face/gallery/gallery.ts'
import { createFaceCapture } from '../../../src-main/face/session.ts'
import { Stopwatch } from '../../../src-main/face/engine/stopwatch.ts'
import type {
  EmbedMode,
  FaceEnginePort,
  FaceMeasure,
  FrameAnalysis,
} from '../../../src-main/ports/faceEngine.ts'
import { fakeJpeg } from '../camera/fakeJpeg.ts'
import { goodFace } from './support/measured.ts'

const policy: CapturePolicy = {
  ...defaultCaptureBehaviour,
  matchThreshold: 0.47,
  cohort: { size: 3, floor: 0.26, weight: 0.6 },
  matchMargin: 0.1,
  padThreshold: 0.3,
}
const [anna, bruno] = [Float32Array.of(1, 0, 0, 0), Float32Array.of(0, 1, 0, 0)]
const annaKey = 'a'.repeat(32)

/** What the engine says of one frame; the script's last entry is repeated. */
interface Sight {
  readonly who?: Float32Array
  readonly pad?: number
  readonly rejects?: readonly QualityReject[]
  readonly fails?: string
  /** Never answers until it is called off. */
  readonly stuck?: boolean
  readonly same?: boolean
  readonly face?: Partial<FaceMeasure>
}

function scene(
  script: readonly Sight[],
  behaviour: Partial<CapturePolicy> = {},
  demand: ChallengeDemand = 'never',
) {
  const handedOut: Float32Array[] = []
  const embedded: EmbedMode[] = []
  let frame = 0
  const engine: FaceEnginePort = {
    ready: async () => ({ ok: true, value: { packId: 'pack', startedInMs: 1 } }),
    analyse: async ({ sequence, capturedAtMonotonicMs }, { signal, embed }) => {
      embedded.push(embed)
      const sight = script[Math.min(frame++, script.length - 1)] ?? {}
      if (sight.stuck === true) await new Promise((resolve) => signal?.addEventListener('abort', resolve))
      const fails = sight.stuck === true ? 'face.aborted' : sight.fails
      if (fails !== undefined) {
        const error = {
          code: fails,
          attempted: 'analyse',
          remedy: 'retry',
          message: 'As scripted',
        } as const
        return { ok: false, error }
      }
      return { ok: true, value: analysisOf(sight, sequence, capturedAtMonotonicMs, frame) }
    },
    close: async () => undefined,
  }
  function analysisOf(
    sight: Sight,
    sequence: number,
    capturedAtMonotonicMs: number,
    index: number,
  ): FrameAnalysis {
    const rejects = sight.rejects ?? []
    const embedding = Float32Array.from(sight.who ?? anna)
    handedOut.push(embedding)
    const faces = rejects.includes('noFace') ? 0 : 1
    const timings = new Stopwatch().timings()
    const fingerprint = sight.same === true ? 'same' : String(index)
    const base = {
      sequence,
      capturedAtMonotonicMs,
      widthPx: 640,
      heightPx: 480,
      faces,
      rejects,
      fingerprint,
      timings,
    }
    if (rejects.length > 0) return base
    return { ...base, face: faceAt(sight, index), padScore: sight.pad ?? 0.95, embedding }
  }
  const camera = new PushedCamera()
  const gallery = new FaceGallery({
    vault: { seal: () => anna8, open: () => anna8 },
    transform: { keyId: 'none', protect: (template) => template.slice() },
    length: 4,
  })
  gallery.admit('b'.repeat(32), annaKey, anna)
  const timers: (() => void)[] = []
  const clock = {
    nowMs: () => 0,
    monotonicMs: () => performance.now(),
    moment: () => ({ atMs: 0, bootId: 'c'.repeat(32), monotonicMs: 0 }),
    after: (_: number, run: () => void) => {
      timers.push(run)
      return () => undefined
    },
  }
  const deps = {
    camera,
    engine,
    clock,
    gallery,
    policy: { ...policy, ...behaviour },
    random: { unit: () => 0 },
    modelPackId: 'pack',
  }
  const views: CaptureView[] = []
  const calledOff = new AbortController()
  const options = {
    signal: calledOff.signal,
    challenge: demand,
    onProgress: (view: CaptureView) => {
      views.push(view)
      // The next frame comes when the last one was looked at.
      setImmediate(() => camera.pushFrame(picture))
    },
  }
  return {
    capture: createFaceCapture(deps),
    gallery,
    camera,
    options,
    views,
    handedOut,
    embedded,
    calledOff,
    timeUp: () => timers.at(-1)?.(),
  }
}

const anna8 = new Uint8Array(16)
const picture = fakeJpeg({ widthPx: 640, heightPx: 480 })

/** A living face never measures the same twice; a frozen one does. */
function faceAt({ same, face }: Sight, index: number): FaceMeasure {
  return { ...goodFace, luminance: goodFace.luminance + (same === true ? 0 : index), ...face }
}

describe('one look at the camera', () => {
  test('needs three good frames for a match, tells how far it is, and says when it is checking', async () => {
    const { capture, options, views } = scene([{}])
    expect(await capture.identify(options)).toMatchObject({
      kind: 'match',
      candidate: { subjectKey: annaKey },
    })
    expect(views.map(({ camera, guidance }) => `${camera} ${guidance}`)).toEqual([
      'opening lookHere',
      'on holdStill',
      'on holdStill',
      'on checking',
    ])
    expect(views.at(-1)?.progress).toBe(1)
  })

  test('overwrites every embedding it was given, whatever the outcome', async () => {
    for (const script of [[{}], [{ who: bruno }], [{ pad: 0 }]]) {
      const { capture, options, handedOut } = scene(script)
      await capture.identify(options)
      expect(handedOut.length).toBeGreaterThan(2)
      for (const embedding of handedOut) expect([...embedding]).toEqual([0, 0, 0, 0])
    }
  })

  test('begins again when another person steps in, or when it loses sight of the first', async () => {
    for (const interruption of [
      { who: bruno },
      { rejects: ['noFace'] },
      { rejects: ['severalFaces'] },
    ] as const) {
      const { capture, options, handedOut } = scene([{}, {}, interruption, {}])
      expect((await capture.identify(options)).kind).toBe('match')
      expect(handedOut).toHaveLength(6)
    }
  })

  test('keeps its frames when one is merely blurred or unreadable', async () => {
    const blurred = scene([{}, { rejects: ['blurred'] }, {}, {}])
    expect((await blurred.capture.identify(blurred.options)).kind).toBe('match')
    expect(blurred.handedOut).toHaveLength(4)
  })

  test('refuses to make one reference of two people', async () => {
    const { capture, options } = scene([{}, {}, {}, { who: bruno }, {}])
    expect(await capture.enrol(options)).toEqual({ kind: 'framesDisagree' })
  })

  test('hands out a reference that the burst no longer touches', async () => {
    const { capture, options } = scene([{ who: bruno }])
    const outcome = await capture.enrol(options)
    expect(outcome).toMatchObject({ kind: 'reference', frames: policy.enrolmentFrames, alreadyKnown: null })
    if (outcome.kind === 'reference') expect([...outcome.reference]).toEqual([...bruno])
  })

  test('takes a frozen picture for an attack where temporal signals decide, and only reports it elsewhere', async () => {
    const live = scene([{ same: true }])
    expect((await live.capture.identify(live.options)).kind).toBe('attack')
    const bench = scene([{ same: true }], { temporalDecides: false })
    expect((await bench.capture.identify(bench.options)).kind).toBe('match')
  })

  test('does not take a covered lens for a frozen stream', async () => {
    const covered = { rejects: ['noFace'], same: true } as const
    const { capture, options } = scene([covered, {}, covered, covered, {}])
    expect((await capture.identify(options)).kind).toBe('match')
  })

  test('says which part is missing when the engine or the camera is lost, and closes the camera', async () => {
    const lost = scene([{}, { fails: 'face.engineLost' }])
    expect(await lost.capture.identify(lost.options)).toEqual({
      kind: 'engineUnavailable',
      code: 'face.engineLost',
    })
    expect(lost.camera.pushFrame(picture)).toBe('closed')
    const dark = scene([{ rejects: ['noFace'] }])
    const looking = dark.capture.identify(dark.options)
    setImmediate(() => dark.camera.lost('NotReadableError'))
    expect(await looking).toEqual({ kind: 'cameraUnavailable', code: 'camera.extended' })
    expect(dark.camera.pushFrame(picture)).toBe('closed')
  })

  test('ends when the time is up: unclear if somebody was there, not if nobody was', async () => {
    for (const [reject, unclear] of [
      ['blurred', true],
      ['noFace', false],
    ] as const) {
      const { capture, options, views, timeUp } = scene([{ rejects: [reject] }])
      const looking = capture.identify(options)
      await expect.poll(() => views.length).toBeGreaterThan(2)
      timeUp()
      expect(await looking).toEqual({ kind: 'timeout', unclear })
    }
  })

  test('does not wait for an engine that never starts beyond its time', async () => {
    const { capture, options, timeUp } = scene([{ stuck: true }])
    const looking = capture.identify(options)
    setTimeout(timeUp, 20)
    expect(await looking).toEqual({ kind: 'timeout', unclear: false })
  })

  test.each(['identify', 'enrol'] as const)(
    'ends %s as an engine that is missing when the gallery cannot be searched, and overwrites what it has',
    async (kind) => {
      const { capture, gallery, options, handedOut } = scene([{}])
      await gallery.close()
      expect(await capture[kind](options)).toEqual({ kind: 'engineUnavailable', code: 'face.closed' })
      expect(handedOut.flatMap((embedding) => [...embedding]).every((value) => value === 0)).toBe(true)
    },
  )

  test.each([
    ['the time is up', 'timeout'],
    ['it is called off', 'aborted'],
  ])('does not wait for a gallery that is still loading when %s', async (_, outcome) => {
    const { capture, gallery, options, handedOut, calledOff, timeUp } = scene([{}])
    const endless = new AbortController()
    const loading = gallery.load(
      {
        async *load(signal) {
          await new Promise((resolve) => signal.addEventListener('abort', resolve))
        },
      },
      endless.signal,
    )
    const looking = capture.identify(options)
    await expect.poll(() => handedOut.length, { timeout: 10_000 }).toBe(3)
    if (outcome === 'timeout') timeUp()
    else calledOff.abort()
    expect(await looking).toMatchObject({ kind: outcome })
    endless.abort()
    await expect(loading).rejects.toMatchObject({ code: 'face.galleryUnavailable' })
  })

  test('never opens the camera when it was called off before', async () => {
    const { capture, options, views, calledOff } = scene([{}])
    calledOff.abort()
    expect(await capture.identify(options)).toEqual({ kind: 'aborted' })
    expect(views).toEqual([])
  })

  test('a second look finds the camera busy and leaves it to the first', async () => {
    const { capture, options, camera, calledOff } = scene([{ rejects: ['noFace'] }])
    const first = capture.identify(options)
    expect(await capture.identify(options)).toEqual({ kind: 'cameraUnavailable', code: 'camera.busy' })
    expect(camera.pushFrame(picture)).toBe('taken')
    calledOff.abort()
    expect(await first).toEqual({ kind: 'aborted' })
  })
})

describe('a look with a challenge', () => {
  const yaw = (degrees: number): Sight => ({ face: { pose: { yaw: degrees, pitch: 0, roll: 0 } } })
  const left = [yaw(10), yaw(20), yaw(9), yaw(1)]
  const right = [yaw(-10), yaw(-20), yaw(-9), yaw(2)]
  const burst: readonly Sight[] = [{}, {}, {}]
  const rest = burst

  test('goes on with the person who was found, and ends as a match when they did what was asked', async () => {
    const { capture, options, views, handedOut } = scene([...burst, ...rest, ...left, ...right], {}, 'always')
    expect(await capture.identify(options)).toMatchObject({
      kind: 'match',
      candidate: { subjectKey: annaKey },
      measures: { challengePassed: true },
    })
    const asked = views.flatMap(({ challenge, guidance }) => (challenge === undefined ? [] : [guidance]))
    expect([...new Set(asked)]).toEqual(['turnLeft', 'lookStraight', 'turnRight'])
    expect(views.at(-1)).toMatchObject({ guidance: 'checking', progress: 1 })
    for (const embedding of handedOut) expect([...embedding]).toEqual([0, 0, 0, 0])
  })

  test('is asked for in doubt only, where the lane asks in doubt', async () => {
    const sure = scene([...burst], {}, 'whenInDoubt')
    expect(await sure.capture.identify(sure.options)).toMatchObject({ measures: { challengePassed: false } })
    const doubtful = burst.map((sight) => ({ ...sight, pad: 0.6 }))
    const unsure = scene([...doubtful, ...rest, ...left, ...right], {}, 'whenInDoubt')
    expect(await unsure.capture.identify(unsure.options)).toMatchObject({
      kind: 'match',
      measures: { challengePassed: true },
    })
  })

  test('is not asked of a stranger or a print: neither would pay', async () => {
    const stranger = scene([{ who: bruno }], {}, 'always')
    expect((await stranger.capture.identify(stranger.options)).kind).toBe('noMatch')
    const print = scene([{ pad: 0.1 }], {}, 'always')
    expect((await print.capture.identify(print.options)).kind).toBe('attack')
    for (const { views } of [stranger, print])
      expect(views.every(({ challenge }) => challenge === undefined)).toBe(true)
  })

  test('fails when somebody else steps in, and the embeddings are overwritten', async () => {
    const { capture, options, handedOut } = scene([...burst, ...rest, { who: bruno }], {}, 'always')
    expect(await capture.identify(options)).toMatchObject({ kind: 'challengeFailed', reason: 'otherPerson' })
    for (const embedding of handedOut) expect([...embedding]).toEqual([0, 0, 0, 0])
  })

  test('fails kindly when time is up before it was done', async () => {
    const { capture, options, views, timeUp } = scene([...burst, ...rest, {}], {}, 'always')
    const looking = capture.identify(options)
    await expect.poll(() => views.at(-1)?.challenge?.action).toBe('turnLeft')
    timeUp()
    expect(await looking).toMatchObject({ kind: 'challengeFailed', reason: 'tooSlow' })
  })

  test('embeds the frames of a burst by turns as seen and mirrored, and both ways for a reference', async () => {
    const paying = scene([{}], { minFrames: 4 })
    await paying.capture.identify(paying.options)
    expect(paying.embedded).toEqual(['plain', 'mirrored', 'plain', 'mirrored'])
    const enrolling = scene([{ who: bruno }])
    await enrolling.capture.enrol(enrolling.options)
    expect(new Set(enrolling.embedded)).toEqual(new Set(['both']))
  })
})
