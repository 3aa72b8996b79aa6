import { tmpdir } from 'node:os'
import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'

const load = (preset: ConfigInput) =>
  loadConfig({ env: {}, dataDir: tmpdir(), preset: { mode: 'development', ...preset } })

describe('the configuration of readers', () => {
  it('takes each reader by what tells it apart from its twin', () => {
    const loaded = load({
      devices: {
        scanner: { address: 'hid:serial=SN-1', model: 'keyboard', layout: 'de', endsWith: 'silence' },
        stripeReader: { address: 'hid:port=1-1.4', memberPrefixes: ['88'] },
        cardReader: { address: 'pcsc:ACR122', member: { kind: 'file', aid: 'F0466163656C', fileId: '0101' } },
      },
    })
    expect(loaded).toMatchObject({
      ok: true,
      value: {
        devices: {
          scanner: { address: 'hid:serial=SN-1', model: 'keyboard', layout: 'de', endsWith: 'silence' },
          stripeReader: { address: 'hid:port=1-1.4', memberPrefixes: ['88'] },
          cardReader: {
            address: 'pcsc:ACR122',
            member: { kind: 'file', aid: 'F0466163656C', fileId: '0101' },
          },
        },
      },
    })
    expect(load({ devices: { cardReader: { address: 'pcsc:', member: { kind: 'uid' } } } }).ok).toBe(true)
  })

  it.each([
    [
      'an application identifier that is too short',
      { cardReader: { address: 'pcsc:', member: { kind: 'file', aid: 'F046' } } },
    ],
    ['a card reader that says not where the number is', { cardReader: { address: 'pcsc:' } }],
    ['a layout nobody has', { scanner: { address: 'hid:/dev/hidraw0', layout: 'xx' } }],
    ['a prefix with a space', { stripeReader: { address: 'hid:serial=A', memberPrefixes: ['8 8'] } }],
  ])('refuses %s', (_what, devices) => {
    expect(load({ devices } as ConfigInput).ok).toBe(false)
  })
})

describe('the patterns of price labels', () => {
  it('are thirteen characters each, and one for each prefix', () => {
    expect(load({ barcodes: { labels: ['28IIIIIPPPPPK', '29IIIIIWWWWWK'] } })).toMatchObject({
      value: { barcodes: { labels: ['28IIIIIPPPPPK', '29IIIIIWWWWWK'] } },
    })
    for (const labels of [['38IIIIIPPPPPK'], ['28IIIIIPPPPP'], ['28IIIIIPPPPPK', '28IIIIIWWWWWK']]) {
      expect(load({ barcodes: { labels } }).ok).toBe(false)
    }
  })
})
