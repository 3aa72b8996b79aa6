import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import { createLogger, type LoggerOptions } from '../../../src-main/telemetry/logger.ts'
import { redactFacts } from '../../../src-main/telemetry/redact.ts'
import { openRotatingFile } from '../../../src-main/telemetry/rotating-file.ts'

const folders: string[] = []
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true })
})
function temporaryFolder(): string {
  const folder = mkdtempSync(path.join(tmpdir(), 'facelane-log-'))
  folders.push(folder)
  return folder
}

function capture(over: Partial<LoggerOptions> = {}) {
  const lines: string[] = []
  const log = createLogger({ level: 'info', stderr: { write: (line) => lines.push(line) }, ...over })
  return { log, lines }
}

describe('the logger', () => {
  it('writes one JSON object a line, with time, level and area, from its level on', () => {
    const { log, lines } = capture()
    log.child('printer').warn({ paper: 'nearEnd' }, 'Paper is low')
    log.debug({}, 'not shown')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
      level: 'warn',
      area: 'printer',
      paper: 'nearEnd',
      msg: 'Paper is low',
    })
  })

  it('writes for a person when asked', () => {
    const { log, lines } = capture({ pretty: true })
    log.child('hub').info({ pending: 3 }, 'The hub is back')
    expect(lines[0]).toMatch(/^\d\d:\d\d:\d\d\.\d{3} info {2}hub: The hub is back \{"pending":3\}\n$/)
  })

  it('keeps its own level for the file, and can be silent on stderr', () => {
    const file = path.join(temporaryFolder(), 'log', 'lane.log')
    const { log, lines } = capture({ level: 'silent', file: { path: file, level: 'debug' } })
    log.debug({ step: 1 }, 'only in the file')
    log.close()
    expect(lines).toEqual([])
    expect(JSON.parse(readFileSync(file, 'utf8'))).toMatchObject({ step: 1, msg: 'only in the file' })
    expect(statSync(file).mode & 0o077).toBe(0)
  })

  it('keeps the code of a failure and drops a payment code, wherever it hides', () => {
    const { log, lines } = capture()
    const code = '991234567890123456'
    const failure = new Failure({
      code: 'hub.refused',
      attempted: `charge ${code}`,
      remedy: 'staff',
      message: `Code ${code} was refused`,
    })
    log.error({ err: failure, nested: { list: [{ code }] } }, `Refused ${code}`)
    expect(lines[0]).toContain('hub.refused')
    expect(lines[0]).not.toContain(code)
  })

  it('never writes what a secret name holds, nor bytes', () => {
    const { log, lines } = capture()
    log.info(
      {
        pin: '4711',
        joinToken: 'hush-hush',
        embedding: new Float32Array([0.123456]),
        pixels: Buffer.from('hush-hush'),
        anything: new Uint8Array([104, 117]),
        personal: { maskedName: 'hush-hush' },
      },
      'x',
    )
    expect(lines[0]).not.toMatch(/4711|hush|0\.123|104/)
    expect(lines[0]).toContain('[2 bytes]')
  })
})

describe('redaction', () => {
  it('finds any code of 13 to 19 digits in any text', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[0-9]{13,19}$/), fc.stringMatching(/^[ :,"=]$/), (code, gap) => {
        expect(JSON.stringify(redactFacts({ note: `a${gap}${code}${gap}b` }))).not.toContain(code)
      }),
    )
  })

  it('leaves keys, hashes, times and amounts readable', () => {
    const facts = {
      saleId: '12'.repeat(16),
      sha256: 'ab'.repeat(32),
      atMs: 1_795_384_800_000,
      totalMinor: 1250,
    }
    expect(redactFacts(facts)).toEqual(facts)
  })

  it('ends on values that contain themselves', () => {
    const loop: Record<string, unknown> = {}
    loop.self = loop
    expect(JSON.stringify(redactFacts(loop))).toContain('[deep]')
  })
})

describe('a rotating file', () => {
  it('begins a new file before the old one is too long, and keeps the newest few', () => {
    const file = path.join(temporaryFolder(), 'lane.log')
    const rotating = openRotatingFile({ file, maxBytes: 20, keep: 2 })
    for (const line of [
      'first 890\n',
      'second 90\n',
      'third 890\n',
      'fourth 90\n',
      'fifth 890\n',
      'sixth 890\n',
      '7\n',
    ])
      rotating.write(line)
    rotating.close()
    expect(readFileSync(file, 'utf8')).toBe('7\n')
    expect(readFileSync(`${file}.1`, 'utf8')).toBe('fifth 890\nsixth 890\n')
    expect(readFileSync(`${file}.2`, 'utf8')).toBe('third 890\nfourth 90\n')
    expect(existsSync(`${file}.3`)).toBe(false)
  })

  it('goes on with the file it finds', () => {
    const file = path.join(temporaryFolder(), 'lane.log')
    for (const line of ['one\n', 'two\n']) {
      const rotating = openRotatingFile({ file, maxBytes: 100, keep: 1 })
      rotating.write(line)
      rotating.close()
    }
    expect(readFileSync(file, 'utf8')).toBe('one\ntwo\n')
  })

  it('counts the lines it could not write instead of stopping the till', () => {
    const folder = temporaryFolder()
    const rotating = openRotatingFile({ file: folder, maxBytes: 100, keep: 1 })
    rotating.write('lost\n')
    expect(rotating.droppedLines()).toBe(1)
  })
})
