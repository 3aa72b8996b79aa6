import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import { preparePeople } from '../../../src-main/face/samples/preparePeople.ts'
import { readPeopleManifest } from '../../../src-main/face/samples/peopleManifest.ts'
import type { FaceEnginePort } from '../../../src-main/ports/faceEngine.ts'
import { peopleDir, projectDir, readyEngine, readyPeople } from './setUp.ts'

let engine: FaceEnginePort
let people: Readonly<Record<string, string>>

beforeAll(async () => {
  engine = await readyEngine()
  people = await readyPeople(engine)
}, 180_000)
afterAll(() => engine.close())

describe('the sample people', () => {
  test('are not made again when they are there', async () => {
    const before = await stat(people['anna-a'] ?? '')
    const manifest = await readPeopleManifest(join(projectDir, 'fixtures/people/manifest.json'))
    const again = await preparePeople({ manifest, dir: peopleDir, projectDir })
    expect(again).toMatchObject({ ok: true, value: { made: false } })
    expect((await stat(people['anna-a'] ?? '')).mtimeMs).toBe(before.mtimeMs)
  })

  test('are recordings of 60 different JPEGs of 640x480', async () => {
    for (const path of Object.values(people)) {
      const pictures = splitMjpeg(await readFile(path))
      expect(new Set(pictures.map((picture) => Buffer.from(picture).toString('base64'))).size).toBe(60)
      expect(await sharp(pictures[30] ?? Buffer.alloc(0)).metadata()).toMatchObject({
        width: 640,
        height: 480,
        format: 'jpeg',
      })
    }
  })

  test('show one person, two or nobody, as their scenes say, on every frame looked at', async () => {
    const manifest = await readPeopleManifest(join(projectDir, 'fixtures/people/manifest.json'))
    for (const { id, expectedFaces } of manifest.scenes) {
      const pictures = splitMjpeg(await readFile(people[id] ?? ''))
      for (const picture of pictures.filter((_, index) => index % 12 === 0)) {
        const data = new ArrayBuffer(picture.length)
        new Uint8Array(data).set(picture)
        const frame = {
          sequence: 0,
          capturedAtMonotonicMs: 0,
          encoding: 'jpeg',
          widthPx: 640,
          heightPx: 480,
          data,
        } as const
        const analysed = await engine.analyse(frame, { pad: false, embed: 'none' })
        expect([id, analysed.ok && analysed.value.faces]).toEqual([id, expectedFaces])
      }
    }
  })
})
