import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { configWarnings, describeConfig, withoutSecrets } from '../../../src-main/config/describe.ts'
import { readJoinToken } from '../../../src-main/config/joinToken.ts'
import { configKeys } from '../../../src-main/config/keys.ts'
import { loadConfig, type ConfigSource, type LaneConfig } from '../../../src-main/config/load.ts'
import { hashPin } from '../../../src-main/config/pin.ts'
import type { ConfigProblem } from '../../../src-main/config/problems.ts'
import { developmentPin } from '../../../src-main/config/profiles.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'
import { profiles } from '../../../src-main/contract/values.ts'

let dataDir: string
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'facelane-config-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
})

const salt = new Uint8Array(16).fill(7)
const production: ConfigInput = {
  laneId: 'lane-7',
  merchant: { name: 'Green Lane Market' },
  hub: { url: 'https://hub.example' },
  devices: {
    printer: { address: 'serial:/dev/ttyUSB0' },
    scanner: { address: 'tcp://192.168.1.9:4001' },
  },
  staff: [{ id: 'li', name: 'Li', pinHash: hashPin('90817', salt) }],
}
const development: ConfigInput = { mode: 'development' }

function write(content: unknown): string {
  const file = path.join(dataDir, 'config.json')
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content))
  return file
}

function load(source: Partial<ConfigSource> = {}): ReturnType<typeof loadConfig> {
  return loadConfig({ env: {}, dataDir, ...source })
}

function loaded(source: Partial<ConfigSource>): LaneConfig {
  const result = load(source)
  if (!result.ok) throw new Error(result.error.map((problem) => problem.message).join('\n'))
  return result.value
}

function problems(source: Partial<ConfigSource>): ConfigProblem[] {
  const result = load(source)
  return result.ok ? [] : result.error
}

describe('a configuration', () => {
  it('needs no file in development', () => {
    const config = loaded({ preset: development })
    expect(config).toMatchObject({ laneId: 'lane-1', profile: 'self-checkout', file: null, bench: false })
    expect(config.devices.printer).toEqual({ address: 'emulated', model: 'epson-80', paperMm: 80 })
    expect(config.tax.rates).toEqual({ standard: 130, reduced: 90, zero: 0, exempt: 0 })
  })

  it('comes from the file in the data folder, byte order mark and all', () => {
    write(`\uFEFF${JSON.stringify(production)}`)
    expect(loaded({})).toMatchObject({ laneId: 'lane-7', mode: 'production' })
  })

  it('takes the environment over the file, and the file over the program', () => {
    write({ ...development, laneId: 'from-file', language: 'en', http: { port: 8001 } })
    const config = loaded({
      preset: { laneId: 'from-program', language: 'zh-CN', currency: 'EUR' },
      env: {
        FACELANE_HTTP__PORT: '8002',
        FACELANE_MERCHANT__ADDRESS_LINES: '["Platz 1"]',
        FACELANE_LANE_ID: '',
      },
    })
    expect(config).toMatchObject({ laneId: 'from-file', language: 'en', currency: 'EUR' })
    expect(config.http.port).toBe(8002)
    expect(config.merchant.addressLines).toEqual(['Platz 1'])
  })

  it.each(profiles)('of the profile %s is valid as it comes', (profile) => {
    const config = loaded({ preset: { ...development, profile } })
    expect(config.profile).toBe(profile)
    expect(config.devices.vending === null).toBe(profile !== 'vending')
    expect(config.vending.slots.length).toBe(profile === 'vending' ? 9 : 0)
  })

  it('takes a particular value over the one of the profile', () => {
    const config = loaded({ preset: { ...development, profile: 'vending', idle: { doneMs: 9999 } } })
    expect(config.idleMs).toMatchObject({ scanning: 45_000, confirm: 30_000, done: 9999, cancelled: 10_000 })
    expect(config.idleMs.authorising).toBeUndefined()
  })

  it('overrides only those measured face thresholds that it names', () => {
    expect(loaded({ preset: development }).face).toEqual({})
    const env = { FACELANE_FACE__MATCH_THRESHOLD: '0.55' }
    expect(loaded({ preset: { ...development, face: { matchMargin: undefined } }, env }).face).toEqual({
      matchThreshold: 0.55,
    })
  })

  it('puts the baud rate into the address, where it does not stand there', () => {
    const devices = (address: string): ConfigInput => ({
      ...development,
      devices: { printer: { address, baud: 115_200 } },
    })
    const address = (text: string): string => loaded({ preset: devices(text) }).devices.printer?.address ?? ''
    expect(address('serial:/dev/ttyS1')).toBe('serial:/dev/ttyS1?baud=115200')
    expect(address('serial:/dev/ttyS1?parity=even')).toBe('serial:/dev/ttyS1?parity=even&baud=115200')
    expect(address('serial:/dev/ttyS1?baud=9600')).toBe('serial:/dev/ttyS1?baud=9600')
    expect(address('tcp://printer:9100')).toBe('tcp://printer:9100')
  })
})

describe('an error', () => {
  it('names the missing key, its variable, the file and an example', () => {
    const { hub: _hub, ...rest } = production
    const file = write(rest)
    expect(problems({})).toEqual([
      {
        code: 'config.missing',
        key: 'hub.url',
        place: '',
        message: `hub.url is missing. Add it to ${file} or set FACELANE_HUB__URL: address of the hub, such as "https://hub.example".`,
      },
    ])
  })

  it('names the place the bad value came from, and what is wanted', () => {
    const file = write({ ...production, http: { port: 70_000 } })
    const found = problems({ env: { FACELANE_LANGUAGE: 'fr' } })
    expect(found.map(({ key, place }) => [key, place])).toEqual([
      ['language', 'FACELANE_LANGUAGE'],
      ['http.port', file],
    ])
    expect(found[1]?.message).toContain('0 takes any free one')
  })

  it.each([
    [{ laneIdd: 'x' }, 'laneIdd', 'Did you mean "laneId"?'],
    [{ hub: { URL: 'x' } }, 'hub.URL', 'Did you mean "url"?'],
    [{ devices: { scaner: { address: 'x' } } }, 'devices.scaner', 'Did you mean "scanner"?'],
    [{ staff: [{ id: 'a', name: 'A', pin: '1' }] }, 'staff.0.pin', 'Did you mean "pinHash"?'],
    [{ zzz: 1 }, 'zzz', 'Known here: laneId, profile'],
  ])('for the unknown key of %j helps', (extra, key, help) => {
    write({ ...production, ...extra })
    const found = problems({}).find((problem) => problem.code === 'config.unknownKey')
    expect(found?.key).toBe(key)
    expect(found?.message).toContain(help)
  })

  it.each([
    ['FACELANE_HUB_URL', 'FACELANE_HUB__URL'],
    ['FACELANE_LANEID', 'FACELANE_LANE_ID'],
    ['FACELANE_HTTP__PROT', 'FACELANE_HTTP__PORT'],
  ])('for the unknown variable %s suggests %s', (name, meant) => {
    expect(problems({ preset: development, env: { [name]: 'x' } })).toMatchObject([
      { code: 'config.unknownKey', place: name, message: expect.stringContaining(meant) as string },
    ])
  })

  it('is not made of variables that belong to other programs', () => {
    const env = { FACELANE_TEST_COUNTS: '1', FACELANE_SOMETHING: '1', PATH: '/bin' }
    expect(problems({ preset: development, env })).toEqual([])
  })

  it('says which variable is not JSON', () => {
    expect(problems({ preset: development, env: { FACELANE_STAFF: 'li' } })).toMatchObject([
      { key: 'staff', place: 'FACELANE_STAFF', code: 'config.invalid' },
    ])
  })

  it.each([
    ['CURRENCY', 'QQQ'],
    ['CURRENCY', 'yuan'],
    ['TIME_ZONE', 'Mars/Olympus'],
    ['HUB__URL', 'hub.example'],
    ['HUB__URL', 'ftp://hub.example'],
    ['DEVICES__PRINTER__ADDRESS', '/dev/ttyUSB0'],
    ['DEVICES__PRINTER__MODEL', 'toaster'],
    ['FACE__MATCH_THRESHOLD', '1.5'],
    ['TAX_RATES__STANDARD', '0.13'],
    ['OFFLINE__MAX_COUNT', '-1'],
    ['PROFILE', 'kiosk'],
    ['MERCHANT__NAME', 'two\nlines'],
    ['MERCHANT__ADDRESS_LINES', '["\\u001b@"]'],
  ])('is given for FACELANE_%s=%s', (name, value) => {
    const found = problems({ preset: development, env: { [`FACELANE_${name}`]: value } })
    expect(found).toMatchObject([{ code: 'config.invalid', place: `FACELANE_${name}` }])
  })

  it('is given for a file that is asked for and not there, not JSON, or no object', () => {
    const absent = path.join(dataDir, 'absent.json')
    expect(problems({ file: absent })).toMatchObject([{ code: 'config.unreadable', place: absent }])
    for (const content of ['{"laneId": "a",}', 'hello', '[]', 'null', '']) {
      const file = write(content)
      expect(problems({})).toMatchObject([{ code: 'config.unreadable', place: file }])
    }
    write('{\n  "laneId": "a",\n}')
    expect(problems({})[0]?.message).toContain('line 3, column 1')
  })

  it('is given once for each thing that is wrong, all together', () => {
    write({ laneId: 'NOT GOOD', extra: 1 })
    const keys = problems({}).map(({ key }) => key)
    expect(keys).toEqual(
      expect.arrayContaining(['laneId', 'extra', 'merchant.name', 'hub.url', 'devices.printer.address']),
    )
  })

  it('never repeats a value, since it may be a secret', () => {
    const secret = 'hush-hush-hush'
    const files = [
      { ...production, hub: { url: secret, joinToken: 'hush-hush', joinTokenFile: secret } },
      { ...production, staff: [{ id: secret.toUpperCase(), name: 'A', pinHash: secret }] },
      { ...production, hub: { ...production.hub, joinToken: { deep: secret } } },
      `{ "hub": { "joinToken": ${secret} } }`,
      `{ "hub": { "joinToken": "${secret}" "url": 1 } }`,
    ]
    for (const content of files) {
      write(content)
      const found = problems({})
      expect(found.length).toBeGreaterThan(0)
      expect(JSON.stringify(found).toLowerCase()).not.toContain('hush')
    }
  })

  it('stops a lane that sells by barcode without a scanner, and two join tokens', () => {
    const preset = { ...development, devices: { scanner: null } }
    expect(problems({ preset })).toMatchObject([{ key: 'devices.scanner', code: 'config.invalid' }])
    const hub = { joinToken: '0123456789abcdef', joinTokenFile: 'token' }
    expect(problems({ preset: { ...development, hub } })).toMatchObject([{ key: 'hub.joinTokenFile' }])
  })

  it('stops a lane whose law wants sales signed and whose fiscal device has no address', () => {
    const fiscal = { country: 'DE' } as const
    expect(problems({ preset: { ...development, fiscal } })).toMatchObject([
      { key: 'fiscal.address', code: 'config.invalid' },
    ])
    const address = 'tcp://192.168.1.70:7530'
    const lane = loaded({ preset: { ...development, fiscal: { ...fiscal, address, sealLimitMs: 900 } } })
    expect(lane.fiscal).toMatchObject({
      address,
      clientId: 'facelane-lane-1',
      policy: { required: 'mark', processType: 'Kassenbeleg-V1', sealLimitMs: 900 },
    })
    expect(loaded({ preset: development }).fiscal).toBeNull()
  })

  it.each(['0000', 'abcdef', 123456])(
    'stops the card terminal password %j, which is not six digits',
    (password) => {
      write({ ...development, cardTerminal: { address: 'tcp://10.0.0.5:20007', password } })
      expect(problems({})).toMatchObject([{ key: 'cardTerminal.password', code: 'config.invalid' }])
    },
  )

  it('does not let a key named after the prototype slip through', () => {
    write('{ "mode": "development", "__proto__": { "laneId": "evil" }, "constructor": 1 }')
    expect(problems({}).map(({ key }) => key)).toEqual(['__proto__', 'constructor'])
  })
})

describe('the face devices of wallets', () => {
  it('are offered only where something says where they are', () => {
    const tenders = { walletFace: ['alipay' as const] }
    expect(problems({ preset: { ...development, tenders } })).toMatchObject([{ key: 'tenders.walletFace' }])
    const walletFaceSimulator = 'http://127.0.0.1:7420'
    const config = loaded({ preset: { ...development, tenders: { ...tenders, walletFaceSimulator } } })
    expect(config.tenders.walletFace).toEqual(['alipay'])
  })
})

describe('production', () => {
  it('takes real devices and real secrets', () => {
    expect(loaded({ preset: production }).mode).toBe('production')
    expect(configWarnings(loaded({ preset: production }))).toEqual([])
  })

  it.each<[string, ConfigInput, string]>([
    ['a replayed camera', { devices: { camera: { kind: 'replay' } } }, 'devices.camera.kind'],
    ['an emulated printer', { devices: { printer: { address: 'emulated' } } }, 'devices.printer.address'],
    ['an emulated scanner', { devices: { scanner: { address: 'emulated' } } }, 'devices.scanner.address'],
    [
      'an emulated card terminal',
      { cardTerminal: { address: 'emulated', password: '000000' } },
      'cardTerminal.address',
    ],
    ['an emulated fiscal device', { fiscal: { country: 'DE', address: 'emulated' } }, 'fiscal.address'],
    [
      'the PIN of development, whatever its salt',
      { staff: [{ id: 'li', name: 'Li', pinHash: hashPin(developmentPin, salt) }] },
      'staff.0.pinHash',
    ],
    ['nobody who could help', { staff: [] }, 'staff'],
    [
      'a face device that recognises anybody',
      { tenders: { walletFace: ['alipay'], walletFaceSimulator: 'http://127.0.0.1:7420' } },
      'tenders.walletFaceSimulator',
    ],
    ['a screen for the whole network', { http: { host: '0.0.0.0' } }, 'http.host'],
  ])('refuses %s, which development takes', (_name, change, key) => {
    write(change)
    expect(problems({ preset: production })).toMatchObject([{ code: 'config.notInProduction', key }])
    expect(loaded({ preset: { ...production, mode: 'development' } }).mode).toBe('development')
  })

  it('is what a lane is in unless it is told otherwise', () => {
    write({ ...production, devices: { ...production.devices, camera: { kind: 'replay' } } })
    expect(problems({})).toMatchObject([{ code: 'config.notInProduction' }])
  })
})

describe('what is said about a configuration', () => {
  it('warns loudly of the bench camera and the PIN of development', () => {
    const config = loaded({ preset: { ...development, devices: { camera: { kind: 'replay', path: 'a' } } } })
    expect(config.bench).toBe(true)
    expect(config.devices.camera.path).toBe(path.join(dataDir, 'a'))
    expect(configWarnings(config).join('\n')).toMatch(/BENCH[^]*2468/)
  })

  it('warns of a hub that is reached in the clear, unless it is on this machine', () => {
    const at = (url: string): string[] => configWarnings(loaded({ preset: { ...production, hub: { url } } }))
    expect(at('http://hub.shop:7420').join()).toContain('https')
    expect(at('http://127.0.0.1:7420')).toEqual([])
    expect(at('http://[::1]:7420')).toEqual([])
    expect(at('https://hub.shop')).toEqual([])
  })

  it('tells every key with its variable', () => {
    const help = describeConfig()
    for (const { key, env, description } of configKeys) {
      expect(help).toContain(`${key}  (${env})`)
      expect(description).not.toBe('')
    }
    expect(configKeys.map(({ env }) => env)).toContain('FACELANE_OFFLINE__MAX_AMOUNT_MINOR')
    expect(help).toContain('default 20000')
  })

  it('leaves secrets out of what is logged', () => {
    const joinToken = 'very-secret-token'
    const config = loaded({ preset: { ...production, hub: { url: 'https://hub.example', joinToken } } })
    const cardTerminal = { address: 'tcp://10.0.0.5:20007', password: '904711' }
    const text = JSON.stringify(withoutSecrets({ ...config, cardTerminal }))
    expect(text).not.toContain('904711')
    expect(text).not.toContain(joinToken)
    expect(text).not.toContain('scrypt')
    expect(text).toContain('https://hub.example')
  })
})

describe('the join token', () => {
  it('comes from the configuration or from its file, and may be absent', () => {
    const hub = loaded({ preset: { ...production, hub: { url: 'https://hub.example' } } }).hub
    expect(readJoinToken(hub)).toEqual({ ok: true, value: null })
    expect(readJoinToken({ ...hub, joinToken: 'a'.repeat(16) })).toEqual({ ok: true, value: 'a'.repeat(16) })
    writeFileSync(path.join(dataDir, 'token'), '  0123456789abcdef\n')
    const named = loaded({
      preset: { ...production, hub: { url: 'https://hub.example', joinTokenFile: 'token' } },
    })
    expect(readJoinToken(named.hub)).toEqual({ ok: true, value: '0123456789abcdef' })
  })

  it('is asked for in plain words when its file is missing or too short', () => {
    const hub = { ...loaded({ preset: production }).hub, joinTokenFile: path.join(dataDir, 'none') }
    expect(readJoinToken(hub)).toMatchObject({ ok: false, error: { key: 'hub.joinTokenFile' } })
    writeFileSync(hub.joinTokenFile, 'short')
    const short = readJoinToken(hub)
    expect(short.ok ? '' : short.error.message).toMatch(/fewer than 16/)
    expect(JSON.stringify(short)).not.toContain('short"')
  })
})
