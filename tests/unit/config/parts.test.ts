import { describe, expect, it } from 'vitest'
import { parseAddress } from '../../../drivers/byte-stream/address.ts'
import { loadConfig, type LaneConfig } from '../../../src-main/config/load.ts'
import { defaultCaptureBehaviour, type CapturePolicy } from '../../../src-main/domain/face/policy.ts'
import type { LaneSettings } from '../../../src-main/lane/settings.ts'

function loaded(env: Record<string, string>): LaneConfig {
  const result = loadConfig({ env, dataDir: 'nowhere', preset: { mode: 'development' } })
  if (!result.ok) throw new Error(JSON.stringify(result.error))
  return result.value
}

describe('a loaded configuration', () => {
  it('is what the lane controller and the face capture take, as it is', () => {
    const config = loaded({ FACELANE_MERCHANT__TAX_ID: '913', FACELANE_FACE__TIMEOUT_MS: '9000' })
    const settings: LaneSettings = config
    const behaviour: Partial<CapturePolicy> = { ...config.face, temporalDecides: !config.bench }
    expect(settings.merchant.taxId).toBe('913')
    expect({ ...defaultCaptureBehaviour, ...behaviour }.timeoutMs).toBe(9000)
  })

  it('has device addresses that the byte streams can read', () => {
    for (const address of [
      'serial:/dev/ttyUSB0',
      'serial:/dev/ttyS1?baud=115200&parity=even',
      'tcp://printer.shop:9100',
    ]) {
      const { devices } = loaded({
        FACELANE_DEVICES__PRINTER__ADDRESS: address,
        FACELANE_DEVICES__PRINTER__BAUD: '19200',
      })
      expect(parseAddress(devices.printer?.address ?? '').ok).toBe(true)
    }
  })
})
