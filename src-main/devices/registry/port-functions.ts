import type { DeviceCategory } from '../../../drivers/port/constants.ts'
import type { LanePorts } from '../supervisor.ts'

/** What the lane calls the device of a category; null where packages cannot provide it. */
export const deviceOf: Readonly<Record<DeviceCategory, keyof LanePorts | null>> = {
  PosPrinter: 'printer',
  CashDrawer: 'cashDrawer',
  Scanner: 'scanner',
  Scale: 'scale',
  SmartCardRW: 'cardReader',
  Msr: 'stripeReader',
  PaymentTerminal: 'terminal',
  LineDisplay: 'lineDisplay',
  // Frames go to the face engine without a supervisor between.
  Camera: null,
  VendingController: 'vending',
  Lights: 'lights',
  ToneIndicator: 'toneIndicator',
}

const ofEveryDevice = [
  'state',
  'claimed',
  'enabled',
  'power',
  'open',
  'claim',
  'enable',
  'disable',
  'release',
  'close',
  'checkHealth',
  'retrieveStatistics',
  'onError',
  'onStatusUpdate',
] as const

const reading = ['dataEnabled', 'enableData', 'disableData', 'onData'] as const

const ofCategory: Readonly<Record<DeviceCategory, readonly string[]>> = {
  PosPrinter: ['print', 'readStatus', 'status', 'onStatus'],
  CashDrawer: ['drawer', 'openDrawer', 'waitForDrawerClose', 'onDrawer', 'onBeep'],
  Scanner: [...reading, 'onGarbled'],
  Scale: ['readWeight', 'readLiveWeight', 'zeroScale', 'takeTare', 'setTareWeight'],
  SmartCardRW: [...reading, 'slots', 'onRefused'],
  Msr: [...reading, 'onRefused'],
  PaymentTerminal: ['authorise', 'reverse', 'refund', 'endOfDay', 'lastTransaction'],
  LineDisplay: ['displayLines', 'displayTextAt', 'clearText', 'scrollText', 'setBrightness'],
  Camera: [],
  VendingController: ['slots', 'dispense', 'outcomeOf'],
  Lights: ['switchTo', 'shown'],
  ToneIndicator: ['sound', 'soundOff'],
}

/** The functions of a category's port that `made` lacks. */
export function missingFunctions(category: DeviceCategory, made: object): string[] {
  return [...ofEveryDevice, ...ofCategory[category]].filter(
    (name) => typeof Reflect.get(made, name) !== 'function',
  )
}
