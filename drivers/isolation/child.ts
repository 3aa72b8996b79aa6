import { Failure, failureData } from '../../src-main/contract/failure.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { deviceFailure } from '../port/failures.ts'
import type { FromService, Service, StartService, ToService } from './messages.ts'

/** The process of one service. It ends with its parent, whatever ends that one. */

const running = new Map<number, AbortController>()
let service: Service | null = null

function send(message: FromService): void {
  if (process.connected) process.send?.(message)
}

async function start(module: string, options: unknown): Promise<void> {
  try {
    const { startService } = (await import(module)) as { startService?: StartService }
    if (startService === undefined) throw new Error(`${module} exports no startService`)
    service = await startService(options, (event) => send({ kind: 'event', event }))
    send({ kind: 'started' })
  } catch (thrown) {
    send({ kind: 'notStarted', failure: startFailure(module, thrown) })
  }
}

function startFailure(module: string, thrown: unknown) {
  if (thrown instanceof Failure) return failureData(thrown)
  const attempted = `start the service ${module}`
  const message = `The service could not be started: ${thrown instanceof Error ? thrown.message : String(thrown)}.`
  return failureData(deviceFailure('noService', attempted, message))
}

async function answer(id: number, method: string, argument: unknown): Promise<void> {
  const given = new AbortController()
  running.set(id, given)
  try {
    const value = await service?.handle(method, argument, given.signal)
    send({ kind: 'answer', id, value })
  } catch (thrown) {
    send({ kind: 'refusal', id, failure: failureData(thrown) })
  } finally {
    running.delete(id)
  }
}

async function stop(): Promise<void> {
  await service?.close()
  process.disconnect()
}

process.on('message', (message: ToService) => {
  switch (message.kind) {
    case 'start':
      return void start(message.module, message.options)
    case 'call':
      return void answer(message.id, message.method, message.argument)
    case 'abort':
      running.get(message.id)?.abort()
      return
    case 'ping':
      return send({ kind: 'pong' })
    case 'stop':
      return void stop()
    default:
      return unreachable(message)
  }
})
process.on('disconnect', () => process.exit())
// Ctrl-C reaches the whole process group; the lane decides when its devices go.
process.on('SIGINT', () => undefined)
