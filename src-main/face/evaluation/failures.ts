import { Failure } from '../../contract/failure.ts'

/**
 * What can be wrong with an evaluation that was asked for. `evaluate.noCsv`: a file is not there; `evaluate.badCsv`: it
 * is no table of the wanted columns; `evaluate.outsideImages`: a row names a file outside the folder; `evaluate.noImages`:
 * that folder is not there; `evaluate.nothingUsable`: nothing is left to compare; `evaluate.unknownPack`: no such model
 * pack; `evaluate.stopped`: called off; `evaluate.report`: the report cannot be written.
 */
export type EvaluationFailureCode =
  | 'evaluate.noCsv'
  | 'evaluate.badCsv'
  | 'evaluate.outsideImages'
  | 'evaluate.noImages'
  | 'evaluate.nothingUsable'
  | 'evaluate.unknownPack'
  | 'evaluate.stopped'
  | 'evaluate.report'

export function evaluationFailure(code: EvaluationFailureCode, attempted: string, message: string): Failure {
  return new Failure({ code, attempted, remedy: 'staff', message })
}

export function badCsv(name: string, what: string): Failure {
  return evaluationFailure('evaluate.badCsv', `read ${name}`, `${name}: ${what}.`)
}

/** The operating system's code of a failed call, such as ENOENT. */
export function nativeCode(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : String(thrown)
}
