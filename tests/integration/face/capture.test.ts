import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import { ReplayCamera } from '../../../drivers/camera/replayCamera.ts'
import type { CaptureView } from '../../../src-main/contract/laneView.ts'
import type { CapturePolicy } from '../../../src-main/domain/face/policy.ts'
import { FaceGallery } from '../../../src-main/face/gallery/gallery.ts'
import { createTemplateTransform } from '../../../src-main/face/protection/templateTransform.ts'
import { createFaceCapture } from '../../../src-main/face/session.ts'
import { capturePolicy, readThresholds } from '../../../src-main/face/thresholds.ts'
import { defaultChallengeRules } from '../../../src-main/domain/face/challenge.ts'
import { createRandom } from '../../../src-main/platform/random.ts'
import { createClock } from '../../../src-main/platform/clock.ts'
import type {
  EnrolmentOutcome,
  FaceCapturePort,
  IdentificationOutcome,
  IdentifyOptions,
} from '../../../src-main/ports/faceCapture.ts'
import type { FaceEnginePort } from '../../../src-main/ports/faceEngine.ts'
import { projectDir, readyEngine, readyPack, readyPeople } from './setUp.ts'

const subjectKey = 'a'.repeat(32)
const referenceKey = 'b'.repeat(32)

let engine: FaceEnginePort
let people: Readonly<Record<string, string>>
let policy: CapturePolicy
let packId: string
let gallery: FaceGallery

beforeAll(async () => {
  engine = await readyEngine()
  people = await readyPeople(engine)
  packId = (await readyPack()).pack.id
  const thresholds = await readThresholds(join(projectDir, 'models/thresholds.json'))
  policy = capturePolicy(thresholds, packId, { temporalDecides: false })
  gallery = emptyGallery()
  const anna = await enrol('anna-a')
  if (anna.kind !== 'reference') throw new Error(`Anna could not be enrolled: ${anna.kind}`)
  gallery.admit(referenceKey, subjectKey, anna.reference)
}, 180_000)

afterAll(async () => {
  await gallery.close()
  await engine.close()
})

function emptyGallery(): FaceGallery {
  const sealed = new Uint8Array()
  const vault = { seal: () => sealed, open: () => sealed }
  const key = new Uint8Array(32).fill(7)
  const transform = createTemplateTransform({ key, keyId: 'test', modelPackId: packId, length: 512 })
  return new FaceGallery({ vault, transform, length: 512 })
}

function lookAt(
  scene: string,
  behaviour: Partial<CapturePolicy> = {},
  unit = createRandom().unit,
): { capture: FaceCapturePort; camera: ReplayCamera } {
  const camera = new ReplayCamera({ path: people[scene] ?? scene })
  const deps = {
    camera,
    engine,
    clock: createClock('c'.repeat(32)),
    policy: { ...policy, ...behaviour },
    gallery,
    random: { unit },
  }
  return { capture: createFaceCapture({ ...deps, modelPackId: packId }), camera }
}

const unwatched = () => ({
  signal: new AbortController().signal,
  challenge: 'never' as const,
  onProgress: () => undefined,
})

async function enrol(scene: string, behaviour: Partial<CapturePolicy> = {}): Promise<EnrolmentOutcome> {
  return await lookAt(scene, behaviour).capture.enrol(unwatched())
}

async function identify(
  scene: string,
  behaviour: Partial<CapturePolicy> = {},
  more: Partial<IdentifyOptions> & { unit?: () => number } = {},
): Promise<IdentificationOutcome> {
  return await lookAt(scene, behaviour, more.unit).capture.identify({ ...unwatched(), ...more })
}

/** A recording in which somebody comes closer to the camera and goes back, again and again. */
async function comingCloser(scene: string, path: string): Promise<string> {
  const pictures = splitMjpeg(await readFile(people[scene] ?? ''))
  const nearer = await Promise.all(
    pictures.map(async (picture, index) => {
      // Two seconds at rest, then a step forward and back.
      const steps = Math.max(0, Math.sin(((index - 20) / 40) * Math.PI))
      const width = Math.round(640 / (1 + 0.35 * steps))
      const height = Math.round((width * 480) / 640)
      const left = Math.round((640 - width) / 2)
      const top = Math.round((480 - height) / 2)
      return sharp(picture)
        .extract({ left, top, width, height })
        .resize(640, 480)
        .jpeg({ quality: 92 })
        .toBuffer()
    }),
  )
  await writeFile(path, Buffer.concat(nearer))
  return path
}

describe('looking at the camera', () => {
  test('recognises the enrolled person in another photograph', async () => {
    const outcome = await identify('anna-b')
    expect(outcome).toMatchObject({ kind: 'match', candidate: { subjectKey } })
    if (outcome.kind !== 'match') return
    expect(outcome.candidate.comparisonScore).toBeGreaterThan(policy.matchThreshold)
    expect(outcome.measures.padScore).toBeGreaterThan(policy.padThreshold)
    expect(outcome.measures).toMatchObject({ threshold: policy.matchThreshold, modelPackId: packId })
  })

  test.each(['bruno', 'carla'])('does not recognise the stranger %s', async (stranger) => {
    const outcome = await identify(stranger)
    expect(outcome.kind).toBe('noMatch')
    if (outcome.kind === 'noMatch')
      expect(outcome.bestScore).toBeLessThan(policy.matchThreshold - policy.matchMargin)
  })

  test('refuses a printed photograph of the enrolled person, at paying and at enrolling', async () => {
    expect(await identify('print-attack')).toMatchObject({
      kind: 'attack',
      padThreshold: policy.padThreshold,
    })
    expect((await enrol('print-attack')).kind).toBe('attack')
  })

  test('says that the face is known already when somebody enrols twice', async () => {
    const again = await enrol('anna-b')
    expect(again).toMatchObject({ kind: 'reference', alreadyKnown: { subjectKey } })
    const stranger = await enrol('carla')
    expect(stranger).toMatchObject({ kind: 'reference', alreadyKnown: null })
  })

  test('asks two people to come one at a time, and gives up in time', async () => {
    const seen: CaptureView[] = []
    const { capture } = lookAt('two-people', { timeoutMs: 1500 })
    const outcome = await capture.identify({ ...unwatched(), onProgress: (view) => seen.push(view) })
    expect(outcome).toEqual({ kind: 'timeout', unclear: true })
    expect(seen[0]?.camera).toBe('opening')
    expect(new Set(seen.slice(1).map(({ guidance }) => guidance))).toEqual(new Set(['oneAtATime']))
  })

  test('waits for somebody in an empty room until the time is up', async () => {
    expect(await identify('nobody', { timeoutMs: 1000 })).toEqual({ kind: 'timeout', unclear: false })
  })

  test('takes a looped recording for an attack on a live lane, where temporal signals decide', async () => {
    const outcome = await identify('anna-b', { temporalDecides: true, matchThreshold: 0.99, maxFrames: 1000 })
    expect(outcome.kind).toBe('attack')
  })

  test('ends at once when it is called off, with the camera free for the next look', async () => {
    const calledOff = new AbortController()
    const { capture, camera } = lookAt('nobody')
    const looking = capture.identify({
      signal: calledOff.signal,
      challenge: 'never',
      onProgress: ({ camera: state }) => state === 'on' && calledOff.abort(),
    })
    expect(await looking).toEqual({ kind: 'aborted' })
    await camera.open()
    await camera.close()
  })

  test('says so when the camera has nothing to show or is in use', async () => {
    expect(await identify('/nowhere.mjpeg')).toEqual({ kind: 'cameraUnavailable', code: 'camera.offline' })
    const { capture, camera } = lookAt('nobody')
    await camera.open()
    expect(await capture.identify(unwatched())).toEqual({ kind: 'cameraUnavailable', code: 'camera.busy' })
    await camera.close()
  })
})

describe('a challenge before the camera', () => {
  const short = { ...defaultChallengeRules, actionMs: 1_500 }

  test('is asked of the person who was found, and not passed by a recording that does nothing', async () => {
    const asked: CaptureView[] = []
    const outcome = await identify(
      'anna-b',
      { challenge: short },
      { challenge: 'always', onProgress: (view) => asked.push(view) },
    )
    expect(outcome).toMatchObject({ kind: 'challengeFailed', reason: 'tooSlow' })
    expect(asked.some(({ challenge }) => challenge?.step === 1 && challenge.of === 2)).toBe(true)
  })

  test('is passed by somebody who comes closer and goes back as asked', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'facelane-closer-'))
    try {
      const path = await comingCloser('anna-a', join(folder, 'closer.mjpeg'))
      const outcome = await identify(
        path,
        { challenge: { ...defaultChallengeRules, actions: 1 } },
        // The last of the movements is drawn first.
        { challenge: 'always', unit: () => 0.99 },
      )
      expect(outcome).toMatchObject({ kind: 'match', measures: { challengePassed: true } })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })

  test('is not asked of somebody whom the passive check is sure of, where the lane asks in doubt', async () => {
    expect(await identify('anna-b', {}, { challenge: 'whenInDoubt' })).toMatchObject({
      kind: 'match',
      measures: { challengePassed: false },
    })
  })
})
