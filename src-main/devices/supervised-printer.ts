import type { CallOptions } from '../../drivers/port/call.ts'
import type {
  PosPrinterPort,
  PrinterStatus,
  PrintJob,
  PrintOutcome,
} from '../../drivers/pos-printer/pos-printer-port.ts'
import { Failure, failureData } from '../contract/failure.ts'
import type { SupervisedDevice } from './supervised-device.ts'

/** The lane's printer, the same object whatever is unplugged and plugged in again. */
export interface SupervisedPrinter {
  /** Never rejects for a device's sake: without a printer the outcome is `notPrinted`, `offline`. */
  print(job: PrintJob, call: CallOptions): Promise<PrintOutcome>
  /** Null while no printer answers. */
  status(): PrinterStatus | null
}

export function supervisedPrinter(device: SupervisedDevice<PosPrinterPort> | null): SupervisedPrinter {
  if (device === null) return { status: () => null, print: () => Promise.resolve(withoutPrinter()) }
  return {
    status: () => device.port()?.status() ?? null,
    async print(job, call) {
      await firstOpening(device, call)
      return device.use((port) => printOn(port, job, call))
    },
  }
}

/** A lane that has just started has papers to finish before its printer is open: that moment is waited for. */
function firstOpening(
  device: Pick<SupervisedDevice<PosPrinterPort>, 'status' | 'onChange'>,
  { signal }: CallOptions,
): Promise<void> {
  return new Promise((resolve) => {
    const isOver = (): boolean => device.status().state !== 'opening' || signal?.aborted === true
    if (isOver()) return resolve()
    const look = (): void => {
      if (!isOver()) return
      unsubscribe()
      signal?.removeEventListener('abort', look)
      resolve()
    }
    const unsubscribe = device.onChange(look)
    signal?.addEventListener('abort', look)
  })
}

async function printOn(port: PosPrinterPort | null, job: PrintJob, call: CallOptions): Promise<PrintOutcome> {
  if (port === null) return withoutPrinter()
  try {
    return await port.print(job, call)
  } catch (thrown) {
    // The printer refuses only before the first byte: lost this moment, or printing for somebody else.
    if (!(thrown instanceof Failure)) throw thrown
    const reason = thrown.code === 'device.busy' ? 'busy' : 'offline'
    return { kind: 'notPrinted', reason, failure: failureData(thrown) }
  }
}

function withoutPrinter(): PrintOutcome {
  return { kind: 'notPrinted', reason: 'offline' }
}
