import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import sharp from 'sharp'
import { splitMjpeg } from '../../../drivers/camera/mjpegSplitter.ts'
import { readyEngine, readyPeople } from './setUp.ts'

export interface EvaluationSet {
  readonly folder: string
  /** Writes a file into the folder and gives its whole path. */
  write(name: string, content: string | Uint8Array): string
  remove(): void
}

/**
 * A folder for each person of the sample recordings: `anna` in two photographs, the strangers `bruno` and `carla`, a
 * `print` of anna's photograph, an empty room and a flat picture without any face, and a file that is no picture.
 */
export async function makeEvaluationSet(): Promise<EvaluationSet> {
  const engine = await readyEngine()
  const streams = await readyPeople(engine).finally(() => engine.close())
  const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-evaluation-'))
  const write = (name: string, content: string | Uint8Array): string => {
    const file = path.join(folder, name)
    mkdirSync(path.dirname(file), { recursive: true })
    writeFileSync(file, content)
    return file
  }
  const frames = (scene: string, at: readonly number[]): Uint8Array[] => {
    const all = splitMjpeg(readFileSync(streams[scene] ?? ''))
    return at.map((index) => all[index] ?? new Uint8Array())
  }
  const put = (person: string, pictures: readonly Uint8Array[]): void => {
    for (const [index, picture] of pictures.entries()) write(`${person}/${index + 1}.jpg`, picture)
  }
  put('anna', [...frames('anna-a', [0, 30]), ...frames('anna-b', [0, 30])])
  put('bruno', frames('bruno', [0, 30]))
  put('carla', frames('carla', [0]))
  put('print', frames('print-attack', [0, 8, 16, 24, 32]))
  put('live', frames('anna-a', [0, 8, 16, 24, 32]))
  put('room', frames('nobody', [0]))
  const flat = sharp({ create: { width: 320, height: 240, channels: 3, background: '#7a8a9a' } })
  write('flat/1.png', await flat.png().toBuffer())
  write('torn/1.jpg', 'this is no picture')
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
