import { describe, expect, it } from 'vitest'
import { loadConfig } from '../../../src-main/config/load.ts'
import type { ConfigInput } from '../../../src-main/config/schema.ts'

function load(camera: NonNullable<ConfigInput['devices']>['camera']) {
  const preset: ConfigInput = { mode: 'development', devices: { camera } }
  return loadConfig({ env: {}, dataDir: '/tmp/facelane-none', preset })
}

describe('a camera that the lane reads itself', () => {
  it('is taken with its device file, and is no bench lane', () => {
    const loaded = load({ kind: 'v4l2', device: '/dev/v4l/by-id/usb-ACME_0001-video-index0', exposure: 120 })
    expect(loaded).toMatchObject({
      ok: true,
      value: { bench: false, devices: { camera: { exposure: 120 } } },
    })
  })

  it('needs its device file', () => {
    const loaded = load({ kind: 'v4l2' })
    expect(loaded.ok).toBe(false)
    if (!loaded.ok) expect(loaded.error.map(({ key }) => key)).toEqual(['devices.camera.device'])
  })

  it.each(['video0', '/etc/passwd', '/dev/video0; rm'])('refuses %j as its device file', (device) => {
    expect(load({ kind: 'v4l2', device }).ok).toBe(false)
  })
})
