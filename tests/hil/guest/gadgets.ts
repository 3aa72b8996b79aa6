import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readSync,
  symlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'

/** The Linux kernel's USB gadgets (Documentation/usb/gadget_configfs.rst) on its dummy controllers. */
const gadgets = '/sys/kernel/config/usb_gadget'

export interface GadgetOptions {
  readonly name: string
  /** Which dummy controller it hangs on, from 0. */
  readonly controller: number
  readonly vendorId: string
  readonly productId: string
  readonly serialNumber: string
  /** `printer.0`, `hid.0`, with the files of its folder. */
  readonly function: string
  readonly attributes: Readonly<Record<string, string | Uint8Array>>
}

/** A USB device that can be plugged in and pulled out. */
export interface Gadget {
  plug(): void
  unplug(): void
}

export function createGadget(options: GadgetOptions): Gadget {
  const folder = path.join(gadgets, options.name)
  const put = (file: string, value: string | Uint8Array) => writeFileSync(path.join(folder, file), value)
  // The kernel makes the folders between by itself.
  mkdirSync(folder)
  mkdirSync(path.join(folder, 'strings/0x409'))
  put('idVendor', options.vendorId)
  put('idProduct', options.productId)
  put('strings/0x409/serialnumber', options.serialNumber)
  put('strings/0x409/manufacturer', 'Facelane')
  put('strings/0x409/product', options.name)
  mkdirSync(path.join(folder, 'configs/c.1'))
  mkdirSync(path.join(folder, 'configs/c.1/strings/0x409'))
  put('configs/c.1/strings/0x409/configuration', 'one')
  mkdirSync(path.join(folder, 'functions', options.function))
  for (const [file, value] of Object.entries(options.attributes))
    put(path.join('functions', options.function, file), value)
  symlinkSync(
    path.join(folder, 'functions', options.function),
    path.join(folder, 'configs/c.1', options.function),
  )
  return {
    plug: () => put('UDC', `dummy_udc.${options.controller}`),
    unplug: () => put('UDC', '\n'),
  }
}

/** The gadget's own end of its wire: what the host writes comes out of it, what goes in the host reads. */
export interface GadgetEnd {
  onData(listener: (bytes: Uint8Array) => void): void
  write(bytes: Uint8Array): void
  /** All of it is on the wire. */
  idle(): boolean
  /** Before the plug is pulled: the kernel does not bear a gadget that vanishes under an open file. */
  close(): void
}

const everyMs = 5
const mostTries = 200
const tryEveryMs = 50

/** Opens `/dev/g_printer0` or `/dev/hidg0` without ever blocking a thread on it. */
export async function openGadgetEnd(file: string): Promise<GadgetEnd> {
  const handle = await opened(file)
  const listeners: ((bytes: Uint8Array) => void)[] = []
  let toWrite: Uint8Array[] = []
  let open = true
  const buffer = Buffer.alloc(8_192)

  function turn(): void {
    const read = attempt(() => readSync(handle, buffer)) ?? 0
    if (read > 0) for (const listener of listeners) listener(Uint8Array.from(buffer.subarray(0, read)))
    const [next] = toWrite
    if (next === undefined) return
    const written = attempt(() => writeSync(handle, next))
    if (written !== null)
      toWrite = [...(written < next.length ? [next.subarray(written)] : []), ...toWrite.slice(1)]
  }
  const timer = setInterval(turn, everyMs)
  return {
    onData: (listener) => void listeners.push(listener),
    write: (bytes) => void toWrite.push(bytes),
    idle: () => toWrite.length === 0,
    close() {
      if (!open) return
      open = false
      clearInterval(timer)
      closeSync(handle)
    },
  }
}

/** The file opens when the computer at the other end has set the device up. */
async function opened(file: string): Promise<number> {
  for (let tries = 0; ; tries += 1) {
    try {
      return openSync(file, constants.O_RDWR | constants.O_NONBLOCK)
    } catch (thrown) {
      if (tries >= mostTries) throw thrown
      await sleep(tryEveryMs)
    }
  }
}

/** Null when the other side is not ready for it. */
function attempt(work: () => number): number | null {
  try {
    return work()
  } catch (thrown) {
    const { code } = thrown as NodeJS.ErrnoException
    if (code === 'EAGAIN' || code === 'ESHUTDOWN' || code === 'EIO') return null
    throw thrown
  }
}
