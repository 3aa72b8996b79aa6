import { existsSync, readFileSync } from 'node:fs'
import { Failure, failureData } from '../contract/failure.ts'
import { hubErrorSchema } from '../contract/hubApi.ts'
import { UsageError } from './command.ts'

/** A hub and the right to operate it. */
export interface OperatorTarget {
  readonly hubUrl: string
  readonly token: string
}

const timeoutMs = 60_000

/** Throws `UsageError` for what is no address of a hub, and for a file that holds no operator token. */
export function operatorTarget(hub: string | undefined, tokenFile: string | undefined): OperatorTarget {
  if (hub === undefined || !/^https?:$/.test(URL.parse(hub)?.protocol ?? ''))
    throw new UsageError('--hub is the address of the hub, such as http://127.0.0.1:7410.')
  if (tokenFile === undefined) throw new UsageError("--operator-token-file names the hub's operator-token.")
  return { hubUrl: hub, token: readToken(tokenFile) }
}

/** What is in the file is never repeated in a message: it may be another secret. */
function readToken(file: string): string {
  const token = existsSync(file) ? readText(file).trim() : ''
  if (/^[\w.~+/=-]{16,512}$/.test(token)) return token
  throw new UsageError(`${file} holds no operator token. Take the hub's own operator-token file.`)
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (thrown) {
    throw new UsageError(`The operator token cannot be read: ${failureData(thrown).message}`)
  }
}

/** Calls the operator API. Throws `Failure` `hub.unreachable` or `hub.operatorRefused` with the hub's own words. */
export async function callOperator(
  { hubUrl, token }: OperatorTarget,
  method: 'GET' | 'POST',
  path: string,
  body?: unknown,
): Promise<unknown> {
  const response = await fetch(new URL(path, hubUrl), {
    method,
    headers: {
      authorization: `Bearer ${token}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(timeoutMs),
  }).catch((thrown: unknown) => {
    throw new Failure({
      code: 'hub.unreachable',
      attempted: `call ${hubUrl}`,
      remedy: 'retry',
      message: `No hub answers at ${hubUrl}. Is it running, and is the address right?`,
      cause: failureData(thrown),
    })
  })
  const answer: unknown = await response.json().catch(() => null)
  if (response.ok) return answer
  const error = hubErrorSchema.safeParse(answer).data?.error
  throw new Failure({
    code: 'hub.operatorRefused',
    attempted: `${method} ${path}`,
    remedy: 'staff',
    nativeCode: error?.code ?? `http ${response.status}`,
    message: error?.message ?? `The hub answered ${response.status}.`,
  })
}
