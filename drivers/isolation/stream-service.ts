import { failureData } from '../../src-main/contract/failure.ts'
import { createByteStream } from '../byte-stream/open-stream.ts'
import type { CallOptions } from '../port/call.ts'
import type { StartService } from './messages.ts'

/** What the process of a byte stream is asked, by method; each settles as the stream's own function does. */
export interface StreamCalls {
  open: { readonly timeoutMs: number }
  write: { readonly bytes: Uint8Array; readonly timeoutMs: number }
  probe: null
}

export type StreamEvent =
  | { readonly kind: 'data'; readonly bytes: Uint8Array }
  | { readonly kind: 'gone'; readonly message: string; readonly code: string | null }

/** Any byte stream, by its address, for the process of `createIsolatedStream`. */
export const startService: StartService = (options, emit) => {
  const { address } = options as { readonly address: string }
  const stream = createByteStream(address)
  const tell = (event: StreamEvent): void => emit(event)
  stream.onData((bytes) => tell({ kind: 'data', bytes }))
  stream.onClose((failure) => {
    if (failure === null) return
    const { message, cause, nativeCode } = failureData(failure)
    tell({ kind: 'gone', message: cause?.message ?? message, code: cause?.nativeCode ?? nativeCode ?? null })
  })
  return Promise.resolve({
    async handle(method, argument, signal) {
      const limits = (timeoutMs: number): CallOptions => ({ timeoutMs, signal })
      switch (method as keyof StreamCalls) {
        case 'open':
          return stream.open(limits((argument as StreamCalls['open']).timeoutMs))
        case 'write': {
          const { bytes, timeoutMs } = argument as StreamCalls['write']
          return stream.write(bytes, limits(timeoutMs))
        }
        case 'probe':
          return stream.probe()
      }
    },
    close: () => stream.close(),
  })
}
