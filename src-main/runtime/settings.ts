import type { LaneConfig } from '../config/load.ts'
import type { LaneSettings } from '../lane/settings.ts'

export function laneSettings(config: LaneConfig): LaneSettings {
  const { basketMs, questionMs, doneMs, cancelledMs } = config.idle
  const { name, addressLines, taxId } = config.merchant
  return {
    laneId: config.laneId,
    profile: config.profile,
    mode: config.mode,
    bench: config.bench,
    merchant: { name, addressLines, ...(taxId === undefined ? {} : { taxId }) },
    currency: config.currency,
    language: config.language,
    timeZone: config.timeZone,
    taxRates: config.taxRates,
    offlineLimits: config.offline,
    idleMs: {
      scanning: basketMs,
      tenderChoice: questionMs,
      codeCapture: questionMs,
      declined: questionMs,
      secondFactor: questionMs,
      confirm: questionMs,
      done: doneMs,
      cancelled: cancelledMs,
    },
  }
}
