import type { DrawerLevel } from '../../port/drawer-channel.ts'
import type { RealTimeStatusKind } from '../commands.ts'

export interface Sensors {
  readonly cover: 'closed' | 'open'
  readonly paper: 'ok' | 'nearEnd' | 'empty'
  readonly jammed: boolean
  /** At pin 3 of the drawer connector. */
  readonly drawer: DrawerLevel
}

const offline = ({ cover, paper, jammed }: Sensors): boolean =>
  cover === 'open' || paper === 'empty' || jammed
const bits = (...set: readonly (number | false)[]): number =>
  set.reduce<number>((byte, n) => (n === false ? byte : byte | (1 << n)), 0)

/** Automatic status back: 0xx1xx00, then three of 0xx0xxxx. */
export function automaticStatusBytes(sensors: Sensors): readonly [number, number, number, number] {
  const { cover, paper, jammed, drawer } = sensors
  return [
    bits(4, drawer === 'high' && 2, offline(sensors) && 3, cover === 'open' && 5),
    bits(jammed && 3),
    bits(paper !== 'ok' && 0, paper !== 'ok' && 1, paper === 'empty' && 2, paper === 'empty' && 3),
    0x0f,
  ]
}

/** GS r 1: 0xx0xxxx. */
export function paperStatusByte({ paper }: Sensors): number {
  return bits(paper !== 'ok' && 0, paper !== 'ok' && 1, paper === 'empty' && 2, paper === 'empty' && 3)
}

/** DLE EOT n: 0xx1xx10. */
export function realTimeStatusByte(kind: RealTimeStatusKind, sensors: Sensors): number {
  const { cover, paper, jammed } = sensors
  const fixed = bits(1, 4)
  switch (kind) {
    case 1:
      return fixed | bits(sensors.drawer === 'high' && 2, offline(sensors) && 3)
    case 2:
      return fixed | bits(cover === 'open' && 2, paper === 'empty' && 5, jammed && 6)
    case 3:
      return fixed | bits(jammed && 3)
    case 4:
      return (
        fixed | bits(paper !== 'ok' && 2, paper !== 'ok' && 3, paper === 'empty' && 5, paper === 'empty' && 6)
      )
  }
}
