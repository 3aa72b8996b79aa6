import type { z } from 'zod'
import {
  dayReportSchema,
  reconcileResponseSchema,
  type DayReport,
  type ReconcileResponse,
  type StatementLine,
} from '../../contract/day.ts'
import { Failure, failureData } from '../../contract/failure.ts'
import { hubErrorSchema, operatorRoutes } from '../../contract/hubApi.ts'

export interface DayTarget {
  readonly hubUrl: string
  readonly operatorToken: string
  /** `2026-11-22`, or `today`. */
  readonly day: string
}

const callTimeoutMs = 120_000

/** Throws `Failure`: `day.hubUnreachable`, `day.refused`. */
export function fetchDayReport(target: DayTarget): Promise<DayReport> {
  return call(target, `${operatorRoutes.days}/${target.day}`, null, dayReportSchema)
}

/** Throws as `fetchDayReport` does. */
export function fetchReconciliation(
  target: DayTarget,
  statement: readonly StatementLine[],
  providers: readonly string[],
): Promise<ReconcileResponse> {
  const path = `${operatorRoutes.days}/${target.day}/reconcile`
  return call(target, path, { statement, providers }, reconcileResponseSchema)
}

async function call<S extends z.ZodType>(
  { hubUrl, operatorToken }: DayTarget,
  path: string,
  body: unknown,
  schema: S,
): Promise<z.output<S>> {
  const response = await fetch(new URL(path, hubUrl), {
    method: body === null ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${operatorToken}`,
      ...(body === null ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(callTimeoutMs),
  }).catch((thrown: unknown) => {
    throw new Failure({
      code: 'day.hubUnreachable',
      attempted: `call the hub at ${hubUrl}`,
      remedy: 'retry',
      cause: failureData(thrown),
      message: `The hub at ${hubUrl} does not answer. Is it running, and is --hub its address?`,
    })
  })
  const answer: unknown = await response.json().catch(() => null)
  const parsed = schema.safeParse(answer)
  if (response.ok && parsed.success) return parsed.data
  const error = hubErrorSchema.safeParse(answer).data?.error
  throw new Failure({
    code: 'day.refused',
    attempted: `ask the hub at ${hubUrl} about a day`,
    remedy: 'staff',
    nativeCode: error?.code ?? `http ${response.status}`,
    message: `The hub refused: ${error?.message ?? `it answered ${response.status}`}`,
  })
}
