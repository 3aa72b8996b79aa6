import type { Profile } from '../contract/values.ts'
import type { ConfigInput } from './schema.ts'

export const developmentPin = '2468'
/** Public on purpose: `developmentPin` with a known salt. Production refuses every hash of that PIN. */
const developmentPinHash =
  'scrypt-1:666163656c616e652d6465762d70696e:9f2125f2ee60236c276e6540683c1c3b1b2bba5f84c4bfedb203a6ec9272656a'

/** What holds for every lane unless something more particular says otherwise. */
export const commonDefaults: ConfigInput = {
  profile: 'self-checkout',
  mode: 'production',
  jurisdiction: 'default',
  currency: 'CNY',
  language: 'zh-CN',
  timeZone: 'Asia/Shanghai',
  merchant: { addressLines: [] },
  barcodes: { labels: [] },
  taxRates: { standard: 130, reduced: 90 },
  hub: { timeoutMs: 5000 },
  http: { host: '127.0.0.1', port: 7410 },
  devices: {
    printer: { model: 'epson-80' },
    cashDrawer: null,
    scanner: {},
    scale: null,
    cardReader: null,
    stripeReader: null,
    lineDisplay: null,
    lights: null,
    toneIndicator: null,
    vending: null,
    camera: { kind: 'renderer' },
  },
  drivers: [],
  vending: { slots: [] },
  face: {},
  challenge: { demand: 'whenInDoubt', fromMinor: 100_000 },
  lockOut: { attacks: 3, withinMs: 600_000, firstMs: 60_000, longestMs: 1_800_000 },
  tax: { prices: 'inclusive', rounding: 'total' },
  tenders: { points: false, coupon: false, card: true, walletFace: [] },
  cash: { enabled: false },
  offline: {
    preference: 'PREFER_ONLINE',
    tenders: {},
    maxIdentityMinor: 50_000,
    allowanceRequired: true,
    maxAmountMinor: 20_000,
    maxStoredMinor: 500_000,
    maxCount: 200,
    maxAgeMs: 86_400_000,
  },
  cardTerminal: null,
  fiscal: { country: 'none' },
  staff: [],
  idle: { basketMs: 90_000, questionMs: 45_000, doneMs: 12_000, cancelledMs: 4000 },
}

/** How the three kinds of lane differ. */
export const profileDefaults: Readonly<Record<Profile, ConfigInput>> = {
  'self-checkout': {},
  /** A cashier stands there: baskets wait longer, and staff is always at hand. */
  counter: { cash: { enabled: true }, idle: { basketMs: 600_000, doneMs: 6000 } },
  /** Slots instead of barcodes, small amounts, nobody near. */
  vending: {
    devices: { scanner: null, printer: { model: 'generic-58' } },
    challenge: { demand: 'always' },
    offline: { preference: 'REQUIRE_ONLINE', maxAmountMinor: 5000, maxStoredMinor: 100_000 },
    // Where nobody can be asked, what happened to the money has to be read.
    idle: { basketMs: 45_000, questionMs: 30_000, doneMs: 12_000, cancelledMs: 10_000 },
  },
}

/** What development fills in so that a clone starts without a file; production has to be told. */
export const developmentDefaults: ConfigInput = {
  laneId: 'lane-1',
  merchant: { name: '绿道便利 Green Lane', addressLines: ['示例路 1 号 · 1 Example Road'] },
  hub: { url: 'http://127.0.0.1:7420' },
  /** A lease comes some seconds after somebody enrolled: whoever tries a clone cuts the line sooner. */
  offline: { allowanceRequired: false },
  devices: { printer: { address: 'emulated' }, scanner: { address: 'emulated' } },
  staff: [{ id: 'demo', name: '店员 Demo', pinHash: developmentPinHash, role: 'manager' }],
}

/** The demo shop's machine: nine slots of drinks and small things out of `fixtures/catalogue`. */
const demoSlots = Object.entries({
  '11': 'WATER-550',
  '12': 'TEA-JASMINE',
  '13': 'COLA-330',
  '21': 'COFFEE-LATTE',
  '22': 'JUICE-APPLE',
  '23': 'JUICE-COCONUT',
  '31': 'MILK-250',
  '32': 'TISSUE-POCKET',
  '33': 'BATTERY-AA4',
}).map(([slot, sku]) => ({ slot, sku, capacity: 5 }))

/** What development fills in for one profile only, above the profile's own. */
export const developmentProfileDefaults: Readonly<Partial<Record<Profile, ConfigInput>>> = {
  vending: {
    devices: { scanner: { address: 'emulated' }, vending: { address: 'emulated', model: 'motor-board' } },
    vending: { slots: demoSlots },
  },
}
