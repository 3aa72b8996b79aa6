import { Worker } from 'node:worker_threads'
import { Failure } from '../../contract/failure.ts'
import type { Page, WorkerAnswer, WorkerRequest, WorkerSetup } from './protocol.ts'

/**
 * The pages of one task, made in a worker of its own one ahead of the consumer. Throws what the worker failed of,
 * `references.readerLost` when it died, and the signal's reason.
 */
export async function* workerPages<T extends Page>(
  setup: WorkerSetup,
  { signal, discard }: { readonly signal: AbortSignal; readonly discard: (page: T) => void },
): AsyncGenerator<T, undefined> {
  signal.throwIfAborted()
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: setup })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const ask = (request: WorkerRequest): void => worker.postMessage(request)
  let coming = nextAnswer(worker, signal)
  try {
    ask('next')
    for (;;) {
      const answer = await coming
      if (answer.kind === 'end') return
      if (answer.kind === 'failed') throw new Failure(answer.failure)
      coming = nextAnswer(worker, signal)
      ask('next')
      yield answer.page as T
    }
  } finally {
    coming.then(
      (answer) => {
        if (answer.kind === 'page') discard(answer.page as T)
      },
      () => undefined,
    )
    ask('stop')
    await ended
  }
}

function nextAnswer(worker: Worker, signal: AbortSignal): Promise<WorkerAnswer> {
  const answer = new Promise<WorkerAnswer>((resolve, reject) => {
    const settle = (run: () => void) => () => {
      worker.off('message', onMessage)
      worker.off('error', onError)
      worker.off('exit', onExit)
      signal.removeEventListener('abort', onAbort)
      run()
    }
    const onMessage = (message: WorkerAnswer): void => settle(() => resolve(message))()
    const onError = (error: unknown): void => settle(() => reject(readerLost(String(error))))()
    const onExit = settle(() => reject(readerLost('exit')))
    const onAbort = settle(() => reject(signal.reason as Error))
    worker.on('message', onMessage)
    worker.on('error', onError)
    worker.on('exit', onExit)
    signal.addEventListener('abort', onAbort)
  })
  // It may fail while the consumer still has the page before; whoever asks for it gets it all the same.
  answer.catch(() => undefined)
  return answer
}

function readerLost(nativeCode: string): Failure {
  return new Failure({
    code: 'references.readerLost',
    attempted: 'read the references in a worker',
    remedy: 'retry',
    nativeCode,
    message: 'The worker that reads the enrolled faces ended early. They are read again at the next start.',
  })
}
