import type { PrintJob, PrintOutcome } from '../../../../drivers/pos-printer/pos-printer-port.ts'
import type { DrawerState } from '../../../../drivers/cash-drawer/cash-drawer-port.ts'
import { deviceFailure } from '../../../../drivers/port/failures.ts'
import { createSubscriptions } from '../../../../drivers/port/subscriptions.ts'
import type { DrawerDevice } from '../../../../src-main/lane/cashDrawer.ts'
import type {
  CaptureOptions,
  EnrolmentOutcome,
  FaceCapturePort,
  IdentificationOutcome,
} from '../../../../src-main/ports/faceCapture.ts'

/** A camera session whose end the test decides. */
export class ScriptedCapture implements FaceCapturePort {
  readonly looks: { readonly options: CaptureOptions; readonly kind: 'identify' | 'enrol' }[] = []
  #end: ((outcome: never) => void) | null = null

  /** What the camera is on for; null while it is off. */
  use(): 'identify' | 'enrol' | null {
    return this.#end === null ? null : (this.looks.at(-1)?.kind ?? null)
  }

  isOn(): boolean {
    return this.#end !== null
  }

  /** The process that looked is gone. */
  forget(): void {
    this.#end = null
  }

  identify(options: CaptureOptions): Promise<IdentificationOutcome> {
    return this.#look('identify', options)
  }

  enrol(options: CaptureOptions): Promise<EnrolmentOutcome> {
    return this.#look('enrol', options)
  }

  finish(outcome: IdentificationOutcome | EnrolmentOutcome): void {
    const end = this.#end
    this.#end = null
    end?.(outcome as never)
  }

  #look<T>(kind: 'identify' | 'enrol', options: CaptureOptions): Promise<T> {
    this.looks.push({ kind, options })
    return new Promise<T>((resolve) => {
      this.#end = resolve
      options.signal.addEventListener('abort', () => {
        if (this.#end === resolve) this.finish({ kind: 'aborted' })
      })
    })
  }
}

/** A printer whose answers the test writes; without one it prints at once. */
export class ScriptedPrinter {
  readonly papers: PrintJob[] = []
  answers: (PrintOutcome | Promise<PrintOutcome> | Error)[] = []
  here = true

  async print(job: PrintJob): Promise<PrintOutcome> {
    const answer = await (this.answers.shift() ?? ({ kind: 'printed', fence: 'processId' } as const))
    if (answer instanceof Error) throw answer
    if (answer.kind !== 'notPrinted') this.papers.push(job)
    return answer
  }
}

/** A drawer that opens when told to, or with the key. */
export class ScriptedDrawer implements DrawerDevice {
  sensor = true
  stuck = false
  pulses = 0
  #state: DrawerState = 'closed'
  #states = createSubscriptions<DrawerState>()

  hasSensor(): boolean {
    return this.sensor
  }

  state(): DrawerState | null {
    return this.sensor ? this.#state : null
  }

  async open(): Promise<void> {
    this.pulses += 1
    if (this.stuck) throw deviceFailure('failure', 'open the drawer', 'It stays closed.')
    if (this.sensor) this.put('open')
  }

  /** By hand, or by the spring. */
  put(state: DrawerState): void {
    if (state === this.#state) return
    this.#state = state
    this.#states.emit(state)
  }

  onDrawer(listener: (state: DrawerState) => void): () => void {
    return this.#states.add(listener)
  }
}
