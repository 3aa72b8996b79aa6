import { UsageError } from '../command.ts'

/** One thing that a hand, or a fault, can do to an emulated device. */
export interface Verb<E> {
  /** How it is written: `weight KG`. */
  readonly usage: string
  readonly says: string
  /** Throws `UsageError` for words it does not understand. */
  readonly run: (emulator: E, words: readonly string[]) => unknown
}
export type Verbs<E> = Readonly<Record<string, Verb<E>>>

/** Something that happened, as one line of JSON on standard output. */
export type Emit = (event: { readonly event: string } & Readonly<Record<string, unknown>>) => void

export type OptionValues = Readonly<Record<string, string | undefined>>

/** What every emulator of `drivers/` has. */
export interface Emulator {
  readonly address: string
  state(): object
  close(): Promise<void>
}

export interface EmulatedKind<E extends Emulator> {
  readonly summary: string
  /** Beside `--control`: name to what follows it and what it does. */
  readonly options: Readonly<Record<string, { readonly value: string; readonly says: string }>>
  readonly verbs: Verbs<E>
  /** Starts the device; `emit` takes what happens to it from then on. */
  start(values: OptionValues, emit: Emit): Promise<E>
  /** What the ready line says beside the address. */
  readonly ready?: (emulator: E) => object
}

/** A device that runs, its kind forgotten. */
export interface RunningDevice {
  readonly ready: Readonly<Record<string, unknown>>
  state(): object
  /** One line: a verb and its words. Throws `UsageError` for a line it does not understand. */
  tell(line: string): Promise<void>
  close(): Promise<void>
}

export interface EmulateDevice {
  readonly summary: string
  readonly options: EmulatedKind<Emulator>['options']
  readonly verbs: readonly Pick<Verb<never>, 'usage' | 'says'>[]
  start(values: OptionValues, emit: Emit): Promise<RunningDevice>
}

export function emulatedKind<E extends Emulator>(name: string, kind: EmulatedKind<E>): EmulateDevice {
  return {
    summary: kind.summary,
    options: kind.options,
    verbs: Object.values(kind.verbs),
    async start(values, emit) {
      const emulator = await kind.start(values, emit)
      return {
        ready: { device: name, address: emulator.address, ...kind.ready?.(emulator) },
        state: () => emulator.state(),
        async tell(line) {
          const [word = '', ...words] = line.trim().split(/\s+/)
          const verb = Object.hasOwn(kind.verbs, word) ? kind.verbs[word] : undefined
          if (verb === undefined) {
            throw new UsageError(`"${word}" is none of: ${Object.keys(kind.verbs).join(', ')}.`)
          }
          await verb.run(emulator, words)
        },
        close: () => emulator.close(),
      }
    },
  }
}

/** A whole number from `min` to `max`; `otherwise` where none is written. */
export function wholeNumber(
  what: string,
  text: string | undefined,
  { min, max, otherwise }: { min: number; max: number; otherwise?: number },
): number {
  const value = text === undefined ? otherwise : Number(text)
  if (value !== undefined && Number.isInteger(value) && value >= min && value <= max) return value
  throw new UsageError(`${what} is a whole number from ${min} to ${max}.`)
}

export function oneOf<T extends string>(what: string, text: string | undefined, known: readonly T[]): T {
  const found = known.find((candidate) => candidate === text)
  if (found !== undefined) return found
  throw new UsageError(`${what} is one of: ${known.join(', ')}.`)
}
