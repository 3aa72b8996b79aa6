import { describe, expect, it } from 'vitest'
import { findByPin, hashPin, pinHashPattern, verifyPin } from '../../../src-main/config/pin.ts'
import { developmentDefaults, developmentPin } from '../../../src-main/config/profiles.ts'
import { printerPaperMm } from '../../../src-main/config/devices.ts'
import { printerProfiles } from '../../../drivers/pos-printer/profiles.ts'

const salt = (byte: number): Uint8Array => new Uint8Array(16).fill(byte)

describe('a PIN', () => {
  it('is known by its hash and no other PIN is', async () => {
    const hash = hashPin('90817', salt(1))
    expect(hash).toMatch(pinHashPattern)
    expect(await verifyPin(hash, '90817')).toBe(true)
    expect(await verifyPin(hash, '90818')).toBe(false)
    expect(await verifyPin(hash, '')).toBe(false)
  })

  it('has another hash with another salt', () => {
    expect(hashPin('90817', salt(1))).not.toBe(hashPin('90817', salt(2)))
    expect(() => hashPin('90817', new Uint8Array(3))).toThrow('16 bytes')
  })

  it('tells who entered it', async () => {
    const staff = [
      { id: 'li', pinHash: hashPin('1111', salt(1)) },
      { id: 'wang', pinHash: hashPin('2222', salt(2)) },
    ]
    expect((await findByPin(staff, '2222'))?.id).toBe('wang')
    expect(await findByPin(staff, '3333')).toBeNull()
    expect(await findByPin([], '1111')).toBeNull()
  })

  it('of development is the one the source says', async () => {
    expect(await findByPin(developmentDefaults.staff ?? [], developmentPin)).toMatchObject({ id: 'demo' })
  })
})

describe('printer models', () => {
  it('are those the driver knows, with the same paper', () => {
    const known = Object.values(printerProfiles).map(({ id, paperMm }) => [id, paperMm])
    expect(Object.fromEntries(known)).toEqual(printerPaperMm)
  })
})
