import type { ScanRequest, ScanResult } from './scanner.ts'
import type { Layout } from './layout.ts'

/** What a search thread is started with; the memory is shared, so a thread that dies takes nothing with it. */
export interface WorkerSetup {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly layout: Layout
  /** Whose working space it uses. */
  readonly thread: number
}

/** Main to worker. */
export interface SearchRequest extends ScanRequest {
  readonly id: number
}

/** Worker to main: it is ready, or its part of a search. */
export type WorkerMessage =
  { readonly kind: 'ready' } | ({ readonly kind: 'found'; readonly id: number } & ScanResult)
