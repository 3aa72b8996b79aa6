import type { FiscalDeskPort } from '../ports/fiscal.ts'

/** The desk of a country that asks for no device: nothing is kept, nothing is printed. */
export function fiscalDeskWithoutDevice(): FiscalDeskPort {
  return {
    status: () => ({ state: 'off', reason: null, sinceMs: null, owed: 0 }),
    onStatus: () => () => undefined,
    maySell: () => true,
    resume() {},
    begin() {},
    seal: () => Promise.resolve(null),
    abandon() {},
    close: () => Promise.resolve(),
  }
}
