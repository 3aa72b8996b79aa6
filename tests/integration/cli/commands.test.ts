import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { paths } from '../../../src-main/cli/paths.ts'
import { verifyPin } from '../../../src-main/config/pin.ts'
import { answerOf, facelane } from './run.ts'

const folder = mkdtempSync(path.join(os.tmpdir(), 'facelane-cli-'))
afterAll(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the command line', () => {
  it('tells what there is, and where help is when a word makes no sense', async () => {
    const help = await facelane(['--help'])
    expect(help).toMatchObject({ code: 0, stderr: '' })
    for (const name of ['start', 'demo', 'models', 'queue', 'catalogue', 'doctor'])
      expect(help.stdout).toContain(name)
    const wrong = await facelane(['sell'])
    expect(wrong).toMatchObject({ code: 2, stdout: '' })
    expect(wrong.stderr).toContain('There is no command "sell"')
    const option = await facelane(['queue', 'status', '--dta', folder])
    expect(option.code).toBe(2)
    expect(option.stderr).toContain('queue --help')
  })

  it.each([
    'start',
    'demo',
    'hub',
    'models',
    'people',
    'catalogue',
    'evaluate',
    'queue',
    'config',
    'emulate',
    'devices',
    'doctor',
    'rights',
    'keys',
  ])('%s explains itself', async (name) => {
    const { code, stdout } = await facelane([name, '--help'])
    expect(code).toBe(0)
    expect(stdout).toMatch(/^(facelane|npm) /)
  })

  it('answers --json with one object, also when it fails', async () => {
    const failed = await facelane(['queue', 'status', '--data', path.join(folder, 'nothing'), '--json'])
    expect(failed.code).toBe(1)
    expect(answerOf(failed)).toMatchObject({ ok: false, error: { code: 'store.notFound' } })
    const listed = await facelane(['models', 'list', '--json'])
    expect(answerOf(listed)).toMatchObject({ ok: true, action: 'list' })
  })

  it('imports a catalogue whole, and says what is wrong line by line without importing anything', async () => {
    const imported = await facelane([
      'catalogue',
      'import',
      paths.catalogueFixture,
      '--data',
      folder,
      '--json',
    ])
    expect(answerOf(imported)).toMatchObject({ ok: true, items: 86, added: 86, alreadyThere: false })
    const status = await facelane(['queue', 'status', '--data', folder, '--json'])
    expect(answerOf(status)).toMatchObject({ ok: true, laneId: 'lane-1', pendingCount: 2 })
    const broken = path.join(folder, 'broken.csv')
    writeFileSync(broken, 'sku,barcodes\nTEA,123\n')
    const refused = await facelane(['catalogue', 'import', broken, '--data', folder])
    expect(refused.code).toBe(1)
    expect(refused.stderr).not.toBe('')
    const verified = await facelane(['queue', 'verify', '--data', folder])
    expect(verified).toMatchObject({
      code: 0,
      stdout: '2 entries verified: hashes, signatures and order hold\n',
    })
  })

  it('makes 50,000 goods that it finds nothing wrong with', async () => {
    const file = path.join(folder, 'many.json')
    expect((await facelane(['catalogue', 'generate', '50000', file])).code).toBe(0)
    expect(answerOf(await facelane(['catalogue', 'check', file, '--json']))).toEqual({
      ok: true,
      items: 50_000,
    })
  })

  it('hashes a staff PIN that it reads from standard input, and refuses what is none', async () => {
    const { stdout } = await facelane(['config', 'hash-pin'], '13579\n')
    expect(await verifyPin(stdout.trim(), '13579')).toBe(true)
    expect((await facelane(['config', 'hash-pin'], '12\n')).code).toBe(2)
  })

  it('refuses a production lane without a file, naming every key that is missing', async () => {
    const { code, stderr } = await facelane(['config', '--data', folder])
    expect(code).toBe(1)
    for (const key of ['merchant.name', 'hub.url', 'laneId']) expect(stderr).toContain(key)
  })
})
