import type { FailureData } from '../../src-main/contract/failure.ts'

/** What crosses the border between the lane and the process of a service; bytes go as `Uint8Array`. */
export type ToService =
  | { readonly kind: 'start'; readonly module: string; readonly options: unknown }
  | { readonly kind: 'call'; readonly id: number; readonly method: string; readonly argument: unknown }
  | { readonly kind: 'abort'; readonly id: number }
  | { readonly kind: 'ping' }
  | { readonly kind: 'stop' }

export type FromService =
  | { readonly kind: 'started' }
  | { readonly kind: 'notStarted'; readonly failure: FailureData }
  | { readonly kind: 'answer'; readonly id: number; readonly value: unknown }
  | { readonly kind: 'refusal'; readonly id: number; readonly failure: FailureData }
  | { readonly kind: 'event'; readonly event: unknown }
  | { readonly kind: 'pong' }

/** What the module of a service makes. */
export interface Service {
  /** Answers one call; `signal` fires when the caller no longer waits. Rejects with a `Failure` for what is expected. */
  handle(method: string, argument: unknown, signal: AbortSignal): Promise<unknown>
  /** Frees what it took; its process ends afterwards. */
  close(): Promise<void>
}

/** A service's module exports this as `startService`. `emit` sends an event; what is sent must survive a structured clone. */
export type StartService = (options: unknown, emit: (event: unknown) => void) => Promise<Service>
