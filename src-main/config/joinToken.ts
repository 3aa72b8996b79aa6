import { readFileSync } from 'node:fs'
import { err, ok, type Result } from '../contract/result.ts'
import type { LaneConfig } from './load.ts'
import type { ConfigProblem } from './problems.ts'

/** The secret for joining the hub; null when none is configured. Read when it is needed: the file may come late. */
export function readJoinToken(hub: LaneConfig['hub']): Result<string | null, ConfigProblem> {
  if (hub.joinToken !== undefined) return ok(hub.joinToken)
  if (hub.joinTokenFile === undefined) return ok(null)
  try {
    const token = readFileSync(hub.joinTokenFile, 'utf8').trim()
    return token.length >= 16 ? ok(token) : err(unusable(hub.joinTokenFile, 'holds fewer than 16 characters'))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown'
    return err(unusable(hub.joinTokenFile, `cannot be read (${code})`))
  }
}

function unusable(file: string, why: string): ConfigProblem {
  const message = `hub.joinTokenFile (${file}) ${why}. Write the join token of the hub into it.`
  return { code: 'config.unreadable', key: 'hub.joinTokenFile', place: file, message }
}
