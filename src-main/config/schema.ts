import { z } from 'zod'
import { faceWalletSchema, tenderKindSchema } from '../contract/payment.ts'
import { fiscalCountrySchema } from '../contract/fiscal.ts'
import { jurisdictionSchema } from '../contract/rights.ts'
import { staffRoleSchema } from '../contract/shift.ts'
import { currencySchema, laneIdSchema, languageSchema, profileSchema } from '../contract/values.ts'
import { labelPattern } from '../domain/barcode/priceLabel.ts'
import { challengeDemands } from '../domain/face/policy.ts'
import { minorDigits } from '../domain/money/currencies.ts'
import { offlinePreferences } from '../domain/offline/policy.ts'
import { devicesSchema } from './devices.ts'
import { driversSchema } from './drivers.ts'
import { vendingSchema } from './vending.ts'
import { deviceAddress, doc } from './doc.ts'
import { pinHashPattern } from './pin.ts'

function milliseconds(min: number, max: number, what: string, example: number): z.ZodInt {
  return doc(z.int().min(min).max(max), `${what}, in milliseconds from ${min} to ${max}`, example)
}

function fraction(what: string, example: number): z.ZodNumber {
  return doc(z.number().min(0).max(1), `${what}, from 0 to 1`, example)
}

function frames(what: string, example: number): z.ZodInt {
  return doc(z.int().min(1).max(30), `${what}, 1 to 30`, example)
}

function amount(what: string, example: number): z.ZodInt {
  return doc(z.int().min(0).max(1_000_000_000), `${what}, in minor units (fen, cent)`, example)
}

/** One line of a receipt. */
const printable = z.string().regex(/^[^\p{Cc}\u2028\u2029]{1,64}$/u, 'must be one line of 1 to 64 characters')

function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name })
    return true
  } catch {
    return false
  }
}

const staffSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, 'must be 1 to 32 of a-z, 0-9 and "-"'),
  name: z.string().min(1).max(64),
  pinHash: z.string().regex(pinHashPattern, 'is not the hash of a PIN'),
  /** What they may do at the lane; `attendant` when missing. */
  role: staffRoleSchema.exactOptional(),
})
export type StaffMember = z.infer<typeof staffSchema>

/** Every key of the configuration, and nothing else: unknown keys are errors. */
export const configSchema = z.strictObject({
  laneId: doc(laneIdSchema, 'name of this lane at its hub, unique in the shop: a-z, 0-9 and "-"', 'lane-1'),
  profile: doc(profileSchema, 'kind of lane', 'self-checkout'),
  mode: doc(
    z.enum(['production', 'development']),
    'production refuses everything that is not a real device or a real secret',
    'production',
  ),
  jurisdiction: doc(
    jurisdictionSchema,
    'whose rules for faces the lane keeps: "CN", "EU", "US-IL", or "default", the strictest of them in every point',
    'EU',
  ),
  currency: doc(
    currencySchema.refine((code) => minorDigits(code) !== null, 'is not a currency of ISO 4217'),
    'ISO 4217 code of all prices',
    'CNY',
  ),
  language: doc(languageSchema, 'language of the idle screen', 'zh-CN'),
  timeZone: doc(
    z.string().refine(isTimeZone, 'is not a time zone'),
    'IANA name of the time zone printed on receipts',
    'Asia/Shanghai',
  ),
  merchant: z.strictObject({
    name: doc(printable, 'name at the top of a receipt', 'Green Lane Market'),
    addressLines: doc(z.array(printable).max(6), 'lines below the name', ['1 Example Road']),
    taxId: doc(z.string().min(1).max(32).exactOptional(), 'tax number of the merchant', '91330100EXAMPLE00X'),
  }),
  barcodes: z.strictObject({
    labels: doc(
      z
        .array(z.string().regex(labelPattern, 'is no pattern of a price label such as 28IIIIIPPPPPK'))
        .max(10)
        .refine((all) => new Set(all.map((each) => each.slice(0, 2))).size === all.length, 'begin alike'),
      'EAN-13 labels with a price or a weight: prefix 20 to 29, I item, P price in minor units, W grams, C check digit of these, K check digit',
      ['28IIIIIPPPPPK', '29IIIIIWWWWWK'],
    ),
  }),
  taxRates: z.strictObject({
    standard: doc(z.int().min(0).max(1000), 'standard rate in parts per thousand: 130 is 13 %', 130),
    reduced: doc(z.int().min(0).max(1000), 'reduced rate in parts per thousand', 90),
  }),
  hub: z.strictObject({
    url: doc(
      z.url({ protocol: /^https?$/, error: 'is not an http or https address' }),
      'address of the hub',
      'https://hub.example',
    ),
    joinToken: doc(
      z.string().min(16).max(256).exactOptional(),
      'secret for joining the hub once; better in a file: joinTokenFile',
      'at least 16 characters',
    ),
    joinTokenFile: doc(
      z.string().min(1).exactOptional(),
      'file that holds the join token; a relative path begins at the data folder',
      'join-token.txt',
    ),
    timeoutMs: milliseconds(500, 60_000, 'longest wait for one answer of the hub', 5000),
  }),
  recoveryKeyFile: doc(
    z.string().min(1).exactOptional(),
    "PEM file with the merchant's public recovery key (X25519 or RSA): with its private half a dead lane's disk can be exported; a relative path begins at the data folder",
    'merchant-recovery.pem',
  ),
  http: z.strictObject({
    host: doc(z.string().min(1).max(255), 'address the screen is served on', '127.0.0.1'),
    port: doc(z.int().min(0).max(65_535), 'its port; 0 takes any free one', 7410),
  }),
  devices: devicesSchema,
  drivers: driversSchema,
  vending: vendingSchema,
  /** Each overrides what was measured for the model pack (`models/thresholds.json`) or the capture's own default. */
  face: z.strictObject({
    matchThreshold: fraction('comparison score from which a candidate may be a match', 0.48).exactOptional(),
    matchMargin: fraction('how far the first candidate must be ahead of the second', 0.1).exactOptional(),
    padThreshold: fraction('bona fide score from which a frame counts as bona fide', 0.5).exactOptional(),
    minFrames: frames('good frames before the first decision', 3).exactOptional(),
    enrolmentFrames: frames('good frames fused into a reference', 6).exactOptional(),
    timeoutMs: milliseconds(
      3000,
      120_000,
      'how long the camera looks before it gives up',
      20_000,
    ).exactOptional(),
  }),
  challenge: z.strictObject({
    demand: doc(
      z.enum(challengeDemands),
      'when whoever is found by face is asked to turn, blink or come closer as well; "always" for a lane nobody attends',
      'whenInDoubt',
    ),
    fromMinor: amount('payments by face from this amount on are challenged always', 100_000),
  }),
  lockOut: z.strictObject({
    attacks: doc(
      z.int().min(1).max(100),
      'attacks at the camera that close paying by face on this lane for a while',
      3,
    ),
    withinMs: milliseconds(10_000, 86_400_000, 'the time in which they are counted', 600_000),
    firstMs: milliseconds(
      1000,
      3_600_000,
      'how long it stays closed the first time; then twice as long',
      60_000,
    ),
    longestMs: milliseconds(1000, 86_400_000, 'how long it stays closed at most', 1_800_000),
  }),
  tax: z.strictObject({
    prices: doc(
      z.enum(['inclusive', 'exclusive']),
      'whether prices come with tax or have it added to their sum',
      'inclusive',
    ),
    rounding: doc(
      z.enum(['total', 'line']),
      'whether tax is rounded once for each rate of a sale or for each line',
      'total',
    ),
  }),
  tenders: z.strictObject({
    points: doc(z.boolean(), 'whether points of a member pay', true),
    coupon: doc(z.boolean(), 'whether coupon codes pay', true),
    card: doc(z.boolean(), 'whether cards pay, where a card terminal is configured', true),
    walletFace: doc(
      z.array(faceWalletSchema).max(2),
      'wallets whose own face device stands at this lane; empty without one',
      [],
    ),
    walletFaceSimulator: doc(
      z.url({ protocol: /^https?$/ }).exactOptional(),
      'address of the wallet simulator that plays these devices (facelane simulator)',
      'http://127.0.0.1:7430',
    ),
  }),
  cash: z.strictObject({
    enabled: doc(z.boolean(), 'whether staff takes cash at this lane', false),
    withoutDrawer: doc(
      z.enum(['byHand', 'closed']).exactOptional(),
      'while the configured cash drawer does not work: "byHand" (also when left out) takes cash all the same, "closed" takes none',
      'closed',
    ),
    country: doc(
      z
        .string()
        .regex(/^[A-Z]{2}$/, 'must be two capital letters such as "FI"')
        .exactOptional(),
      'country whose rule rounds cash, for a currency of several countries',
      'FI',
    ),
    roundToMinor: doc(
      z.int().min(1).max(100_000).exactOptional(),
      "smallest coin the till gives, in minor units, instead of the currency's own rule; what is below it is dropped",
      10,
    ),
  }),
  offline: z.strictObject({
    preference: doc(
      z.enum(offlinePreferences),
      'PREFER_ONLINE takes payments offline only without the hub; REQUIRE_ONLINE never; FORCE_OFFLINE always, to try it out',
      'PREFER_ONLINE',
    ),
    tenders: doc(
      z.partialRecord(
        tenderKindSchema,
        z.strictObject({
          preference: z.enum(offlinePreferences).exactOptional(),
          maxAmountMinor: z.int().min(0).max(1_000_000_000).exactOptional(),
          maxStoredMinor: z.int().min(0).max(1_000_000_000).exactOptional(),
        }),
      ),
      'where one tender differs: preference, maxAmountMinor, maxStoredMinor',
      { face: { preference: 'REQUIRE_ONLINE' } },
    ),
    maxIdentityMinor: amount('highest sum of one person that waits for the hub', 50_000),
    allowanceRequired: doc(
      z.boolean(),
      'whether a payment waits for the hub only within what the hub leased for that person',
      true,
    ),
    maxAmountMinor: amount('highest payment accepted without the hub', 20_000),
    maxStoredMinor: amount('highest sum of payments waiting for the hub', 500_000),
    maxCount: doc(
      z.int().min(0).max(10_000),
      'most payments waiting for the hub; 0 sells nothing offline',
      200,
    ),
    maxAgeMs: milliseconds(
      60_000,
      2_592_000_000,
      'age of the oldest one that stops offline sales',
      86_400_000,
    ),
  }),
  cardTerminal: doc(
    z
      .strictObject({
        address: deviceAddress,
        password: z.string().regex(/^\d{6}$/, 'must be the six digits of the terminal'),
      })
      .nullable(),
    'card terminal that speaks ZVT: its address (mostly tcp://HOST:20007) and password; null without one',
    { address: 'tcp://192.168.1.60:20007', password: '000000' },
  ),
  fiscal: z.strictObject({
    country: doc(
      fiscalCountrySchema,
      'whose law wants sales signed by a fiscal device: "DE", "AT", "IT", "FR", or "none"',
      'none',
    ),
    address: doc(
      z
        .string()
        .regex(/^(?:emulated|tcp:\/\/\S+:\d{1,5})$/, 'is not the address of a fiscal device')
        .exactOptional(),
      'where the fiscal device is: tcp://HOST:PORT, or "emulated" in development',
      'tcp://192.168.1.70:7530',
    ),
    clientId: doc(
      z
        .string()
        .regex(/^[0-9A-Za-z'()+,\-./:=? ]{1,30}$/, 'must be 1 to 30 characters of a PrintableString')
        .exactOptional(),
      'the till as it is registered with the device; facelane- and the laneId when left out',
      'facelane-lane-1',
    ),
    sealLimitMs: milliseconds(
      100,
      30_000,
      "longest wait of a shopper for a signature, instead of the country's own",
      3000,
    ).exactOptional(),
  }),
  staff: doc(z.array(staffSchema).max(100), 'people who may settle age checks and weighing with their PIN', [
    { id: 'li', name: 'Li', pinHash: 'scrypt-1:<salt>:<hash>' },
  ]),
  idle: z.strictObject({
    basketMs: milliseconds(
      5000,
      3_600_000,
      'how long a basket may stand untouched before it is given up',
      90_000,
    ),
    questionMs: milliseconds(5000, 600_000, 'how long a question waits before it is taken back', 45_000),
    doneMs: milliseconds(1000, 600_000, 'how long the last screen of a sale stays', 12_000),
    cancelledMs: milliseconds(1000, 600_000, 'how long the screen of a given-up sale stays', 4000),
  }),
})
export type ConfigValues = z.infer<typeof configSchema>

/** A part of the configuration, as files, profiles and programs give it. */
export type ConfigInput = DeepPartial<z.input<typeof configSchema>>
type DeepPartial<T> = T extends readonly (infer E)[]
  ? readonly E[]
  : T extends object
    ? { [K in keyof T]?: DeepPartial<T[K]> | undefined }
    : T
