/** Device states with their UnifiedPOS 1.15 numbers (chapter 1, State property). */
export const deviceStates = { closed: 1, idle: 2, busy: 3, error: 4 } as const
export type DeviceState = keyof typeof deviceStates

/** UnifiedPOS error codes; a failure's code is `device.<name>`, its nativeCode the number. */
export const deviceErrors = {
  closed: 101,
  claimed: 102,
  notClaimed: 103,
  noService: 104,
  disabled: 105,
  illegal: 106,
  noHardware: 107,
  offline: 108,
  noExist: 109,
  exists: 110,
  failure: 111,
  timeout: 112,
  busy: 113,
  extended: 114,
  deprecated: 115,
} as const
export type DeviceErrorName = keyof typeof deviceErrors

/** UnifiedPOS power states. `offline`: has power but does not answer; `offOffline`: cannot tell which. */
export const powerStates = {
  unknown: 2000,
  online: 2001,
  off: 2002,
  offline: 2003,
  offOffline: 2004,
} as const
export type PowerState = keyof typeof powerStates

/** UnifiedPOS POSPrinter status updates. */
export const printerStatusUpdates = {
  coverOpen: 11,
  coverOk: 12,
  receiptEmpty: 24,
  receiptNearEmpty: 25,
  receiptPaperOk: 26,
  idle: 1001,
} as const
export type PrinterStatusUpdate = keyof typeof printerStatusUpdates

/** UnifiedPOS CashDrawer status updates. */
export const drawerStatusUpdates = { drawerClosed: 0, drawerOpen: 1 } as const
export type DrawerStatusUpdate = keyof typeof drawerStatusUpdates

/** UnifiedPOS device categories; PaymentTerminal (EFT terminal), Camera and VendingController are words of our own. */
export const deviceCategories = [
  'PosPrinter',
  'CashDrawer',
  'Scanner',
  'Scale',
  'SmartCardRW',
  'Msr',
  'PaymentTerminal',
  'LineDisplay',
  'Camera',
  'VendingController',
  'Lights',
  'ToneIndicator',
] as const
export type DeviceCategory = (typeof deviceCategories)[number]
