import type { ShelfSlot } from '../../../../src-main/domain/vending/shelf.ts'
import { createVendRefunds } from '../../../../src-main/lane/vendRefunds.ts'
import { createLaneVending, type LaneVending } from '../../../../src-main/lane/vending.ts'
import type { MachineAccess, VendRuns } from '../../../../src-main/ports/vending.ts'
import { createVendRuns } from '../../../../src-main/vending/vendRun.ts'
import { random } from './stores.ts'
import type { World } from './world.ts'

export interface WorldMachine {
  readonly access: MachineAccess
  readonly slots: readonly ShelfSlot[]
}

/** The vending part of a lane in the world; its lane, its store and its returns stand there already or come to stand. */
export function worldVending(
  w: Pick<World, 'clock' | 'log' | 'lane' | 'devices' | 'store' | 'returns'>,
  machine: WorldMachine,
): { readonly vending: LaneVending; readonly vendRuns: VendRuns } {
  const { clock, log, store } = w
  const vendRuns = createVendRuns({
    store,
    clock,
    log,
    machine: machine.access,
    refunds: createVendRefunds(w.returns),
    changed: (saleId) => w.lane.vendProgressed(saleId),
  })
  const vending = createLaneVending({
    slots: machine.slots,
    store,
    clock,
    random,
    log,
    machine: machine.access,
    runs: vendRuns,
    isThere: () =>
      w.devices.some(({ category, state }) => category === 'VendingController' && state === 'ready'),
    changed: () => w.lane.refresh(),
  })
  return { vending, vendRuns }
}
