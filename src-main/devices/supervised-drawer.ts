import type { CashDrawerPort, DrawerState } from '../../drivers/cash-drawer/cash-drawer-port.ts'
import type { CallOptions } from '../../drivers/port/call.ts'
import { deviceFailure } from '../../drivers/port/failures.ts'
import { createSubscriptions, type Unsubscribe } from '../../drivers/port/subscriptions.ts'
import type { DeviceAccess } from './supervised-device.ts'

/** The lane's cash drawer, the same object whatever is unplugged and plugged in again. */
export interface SupervisedDrawer {
  /** Rejects as `CashDrawerPort.openDrawer` does; with `device.offline` while there is none. */
  open(call: CallOptions): Promise<void>
  /** Null while nobody can tell. */
  state(): DrawerState | null
  /** Each change, also by hand. */
  onDrawer(listener: (state: DrawerState) => void): Unsubscribe
  hasSensor(): boolean
  answers(): boolean
}

export function supervisedDrawer(device: DeviceAccess<CashDrawerPort>): SupervisedDrawer {
  const states = createSubscriptions<DrawerState>()
  device.follow((port) => [port.onDrawer((state) => states.emit(state))])
  return {
    open: (call) =>
      device.use(async (port) => {
        if (port === null)
          throw deviceFailure('offline', 'open the cash drawer', 'The drawer does not answer.')
        await port.openDrawer(call)
      }),
    state: () => device.port()?.drawer() ?? null,
    onDrawer: (listener) => states.add(listener),
    hasSensor: () => device.port()?.hasSensor ?? false,
    answers: device.answers,
  }
}
