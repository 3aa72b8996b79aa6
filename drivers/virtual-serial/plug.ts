/** What the plug of an emulated device can do. */
export interface Plug {
  unplug(): Promise<void>
  replug(): Promise<void>
  /** Unplugged and plugged in again: for devices that keep nothing in memory. */
  powerCycle(): Promise<void>
}

/** The plug of a device whose state shows whether it is in; `changed` is called after each move. */
export function plugOf(wire: Pick<Plug, 'unplug' | 'replug'>, changed: () => void): Plug {
  const unplug = async (): Promise<void> => {
    await wire.unplug()
    changed()
  }
  const replug = async (): Promise<void> => {
    await wire.replug()
    changed()
  }
  return {
    unplug,
    replug,
    async powerCycle() {
      await unplug()
      await replug()
    },
  }
}
