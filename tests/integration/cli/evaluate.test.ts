import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { paths } from '../../../src-main/cli/paths.ts'
import type { EvaluationSet } from '../face/evaluationSet.ts'
import { makeEvaluationSet } from '../face/evaluationSet.ts'
import { answerOf, facelane } from './run.ts'

let set: EvaluationSet
let pairs: string

beforeAll(async () => {
  set = await makeEvaluationSet()
  pairs = set.write(
    'my-pairs.csv',
    [
      'image_a,image_b,mated',
      'anna/1.jpg,anna/3.jpg,1',
      'anna/1.jpg,bruno/1.jpg,0',
      'carla/1.jpg,flat/1.png,0',
      'carla/1.jpg,torn/1.jpg,0',
    ].join('\n'),
  )
})
afterAll(() => set.remove())

const evaluate = (...args: readonly string[]) => facelane(['evaluate', ...args])

describe('facelane evaluate verification', () => {
  test('answers --json with one object on stdout, progress and trouble on stderr, and writes the report', async () => {
    // Hidden, so that it is nobody's folder in the tests below.
    const report = path.join(set.folder, '.report')
    const ran = await evaluate(
      'verification',
      ...['--pairs', pairs, '--images', set.folder, '--json', '--report', report],
    )
    expect(ran.code).toBe(0)
    const answer = answerOf(ran) as Record<string, unknown>
    expect(answer).toMatchObject({
      ok: true,
      dataset: 'my-pairs',
      pairs: 4,
      failuresToAcquire: 1,
      failedToAcquire: ['flat/1.png'],
      unreadable: ['torn/1.jpg'],
      accuracyThresholdFrom: 'samePairs',
      tmrAtFmr: { '0.1': 1, '0.01': 1, '0.001': 1, '0.0001': 1 },
      msPerImage: { p50: expect.any(Number), p95: expect.any(Number) },
      date: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    })
    expect(answer['eer']).toBe(0)
    expect(Object.keys(answer['thresholdAtFmr'] as object)).toEqual(['0.1', '0.01', '0.001', '0.0001'])
    const models = answer['models'] as { role: string; file: string; sha256: string }[]
    expect(models.map(({ role }) => role)).toContain('embedder')
    for (const { sha256 } of models) expect(sha256).toMatch(/^[0-9a-f]{64}$/)
    expect(ran.stderr).toContain('torn/1.jpg: it is not a picture')
    expect(ran.stderr).toContain('100%  6/6')
    expect(readdirSync(report)).toEqual(['index.html'])
    const html = readFileSync(path.join(report, 'index.html'), 'utf8')
    expect(html).toContain('my-pairs')
    expect(html).toContain('torn/1.jpg')
    expect(html).not.toMatch(/<script|<img|data:|https?:/i)
  })

  test('tells the same in words', async () => {
    const { code, stdout } = await evaluate('verification', '--pairs', pairs, '--images', set.folder)
    expect(code).toBe(0)
    for (const words of ['my-pairs, 6 images', 'EER', 'TMR at FMR 0.001', 'failures to acquire', 'models ']) {
      expect(stdout).toContain(words)
    }
  })

  test('names non-mated pairs that look like one person', async () => {
    const table = set.write('errata.csv', 'image_a,image_b,mated\nanna/1.jpg,anna/2.jpg,0\n')
    const { stdout } = await evaluate('verification', '--pairs', table, '--images', set.folder)
    expect(stdout).toMatch(/label errata of the set.*\n {2}0\.\d{4} {2}anna\/1\.jpg {2}anna\/2\.jpg/)
  })

  test('stops at Ctrl-C without figures', async () => {
    const rows = Array.from({ length: 400 }, (_, index) => `anna/1.jpg,anna/./${'./'.repeat(index)}2.jpg,1`)
    const long = set.write('long.csv', ['image_a,image_b,mated', ...rows].join('\n'))
    const main = path.join(paths.root, 'src-main', 'cli', 'main.ts')
    const args = [main, 'evaluate', 'verification', '--pairs', long, '--images', set.folder, '--json']
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    let stdout = ''
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
    const begun = new Promise<void>((resolve) => {
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        if (text.includes('images')) resolve()
      })
    })
    await begun
    child.kill('SIGINT')
    await once(child, 'close')
    expect(child.exitCode).toBe(1)
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, error: { code: 'evaluate.stopped' } })
  })
})

describe('facelane evaluate identification', () => {
  test('builds a protocol from a folder for each person', async () => {
    const ran = await evaluate('identification', '--from-pairs-folder', set.folder, '--json')
    expect(ran.code).toBe(0)
    // anna, bruno, live and print are enrolled; carla, flat, room and torn are strangers.
    expect(answerOf(ran)).toMatchObject({
      ok: true,
      gallerySize: 4,
      references: 4,
      probesMated: 12,
      probesNonMated: 4,
      failuresToAcquire: 2,
      unreadable: ['torn/1.jpg'],
      fnirAtFpir: { '0.01': expect.any(Number), '0.003': expect.any(Number), '0.001': expect.any(Number) },
      rank1: expect.any(Number),
    })
  })
})

describe('facelane evaluate pad', () => {
  test('names each attack species after its table', async () => {
    const rows = (person: string) => [1, 2, 3, 4, 5].map((index) => `${person}/${index}.jpg,${person}-1,x`)
    const table = (name: string, person: string) =>
      set.write(name, ['image,sequence,subject', ...rows(person)].join('\n'))
    const attacks = `${table('paper.csv', 'print')},${table('poster.csv', 'print')}`
    const ran = await evaluate(
      'pad',
      ...['--bona-fide', table('bona-fide.csv', 'live'), '--attack', attacks],
      ...['--images', set.folder, '--json'],
    )
    expect(ran.code).toBe(0)
    const answer = answerOf(ran) as Record<string, Record<string, Record<string, unknown>>>
    for (const level of ['perFrame', 'perSequence']) {
      expect(answer[level]?.['bpcer']).toEqual({
        rate: expect.any(Number),
        low: expect.any(Number),
        high: expect.any(Number),
        n: level === 'perFrame' ? 5 : 1,
      })
      expect(Object.keys(answer[level]?.['apcer'] ?? {})).toEqual(['paper', 'poster'])
    }
    expect(typeof answer['threshold']).toBe('number')
    expect(answer['curve']).toHaveLength(19)
  })
})

describe('facelane evaluate', () => {
  test.each([
    ['verification', '--pairs CSV'],
    ['identification', '--from-pairs-folder DIR'],
    ['pad', '--bona-fide CSV'],
  ])('%s explains itself', async (kind, option) => {
    const { code, stdout, stderr } = await evaluate(kind, '--help')
    expect([code, stderr]).toEqual([0, ''])
    expect(stdout).toContain(`facelane evaluate ${kind}`)
    expect(stdout).toContain(option)
  })

  test('fails in words and in JSON, with exit code 1 and a code', async () => {
    const at = (table: string) =>
      ['verification', '--pairs', table, '--images', set.folder, '--json'] as const
    const failures = {
      'evaluate.noCsv': at(path.join(set.folder, 'nowhere.csv')),
      'evaluate.badCsv': at(set.write('empty.csv', '')),
      'evaluate.outsideImages': at(set.write('out.csv', 'image_a,image_b,mated\n../a.jpg,anna/1.jpg,0\n')),
      'evaluate.nothingUsable': at(set.write('torn.csv', 'image_a,image_b,mated\ntorn/1.jpg,x.jpg,0\n')),
      'evaluate.unknownPack': [...at(pairs), '--pack', 'none'],
    }
    for (const [code, args] of Object.entries(failures)) {
      const ran = await evaluate(...args)
      expect(ran.code).toBe(1)
      expect(answerOf(ran)).toMatchObject({ ok: false, error: { code } })
      expect(ran.stderr).toContain(code)
    }
    const blocked = path.join(pairs, 'report')
    const ran = await evaluate('verification', '--pairs', pairs, '--images', set.folder, '--report', blocked)
    expect([ran.code, existsSync(blocked)]).toEqual([1, false])
    expect(ran.stderr).toContain('evaluate.report')
  })

  test.each([
    [[]],
    [['recognition']],
    [['verification', '--images', '.']],
    [['identification', '--from-pairs-folder', '.', '--enrol', '0']],
    [['identification', '--from-pairs-folder', '.', '--enrol', '3', '--probes-after', '2']],
    [['identification', '--from-pairs-folder', '.', '--images', '.']],
    [['identification', '--gallery', 'g.csv', '--probes', 'p.csv', '--images', '.', '--enrol', '2']],
    [['pad', '--bona-fide', 'b.csv', '--images', '.']],
    [['pad', '--bona-fide', 'b.csv', '--attack', 'a/x.csv,b/x.csv', '--images', '.']],
    [['pad', '--bona-fide', 'b.csv', '--attack', 'x.csv', '--images', '.', '--threshold', '2']],
    [['pad', '--bona-fide', 'b.csv', '--attack', 'x.csv', '--images', '.', '--sequences', '(']],
    [['verification', '--pairs', 'p.csv', '--images', '.', '--engines', '0']],
  ])('says that %j makes no sense', async (args) => {
    const { code, stdout, stderr } = await evaluate(...args)
    expect([code, stdout]).toEqual([2, ''])
    expect(stderr).toContain('evaluate --help')
  })
})
