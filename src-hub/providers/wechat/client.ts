import { z } from 'zod'
import { err, ok, type Result } from '../../../src-main/contract/result.ts'
import { callOnce, type Silence } from '../kit/wire.ts'
import type { WechatConfig } from './config.ts'
import { createSignatures } from './signature.ts'

/** A genuine answer. `code` is null when WeChat Pay did what was asked. */
export interface WechatAnswer {
  readonly code: string | null
  readonly fields: Readonly<Record<string, unknown>>
}

/** API v3: what comes back is signed by WeChat Pay, or it is silence. */
export interface WechatClient {
  call(
    method: 'GET' | 'POST',
    target: string,
    content: object | null,
    signal: AbortSignal,
  ): Promise<Result<WechatAnswer, Silence>>
}

const fieldsSchema = z.record(z.string(), z.unknown())
const refusalSchema = z.looseObject({ code: z.string().min(1).max(128) })

export function createClient(config: WechatConfig, nowMs: () => number): WechatClient {
  const signatures = createSignatures(config, nowMs)
  return {
    async call(method, target, content, signal) {
      const body = content === null ? '' : JSON.stringify(content)
      const reply = await callOnce({
        method,
        url: `${config.baseUrl}${target}`,
        headers: {
          accept: 'application/json',
          'content-type': 'application/json',
          // The interface refuses requests without one.
          'user-agent': 'facelane',
          ...signatures.headers(method, target, body),
        },
        ...(content === null ? {} : { body }),
        timeoutMs: config.timeoutMs,
        signal,
      })
      if (!reply.ok) return reply
      const { status, text } = reply.value
      if (!signatures.isGenuine(reply.value))
        return err({ reason: status === 200 ? 'signature' : `http${status}` })
      return read(status, text)
    },
  }
}

function read(status: number, text: string): Result<WechatAnswer, Silence> {
  try {
    if (status === 204) return ok({ code: null, fields: {} })
    const content: unknown = JSON.parse(text)
    if (status === 200) return ok({ code: null, fields: fieldsSchema.parse(content) })
    const fields = refusalSchema.parse(content)
    return ok({ code: fields.code, fields })
  } catch {
    return err({ reason: 'nonsense' })
  }
}
