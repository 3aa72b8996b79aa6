import type { FailureData } from '../../contract/failure.ts'

const texts = {
  'face.engineLost': {
    remedy: 'retry',
    message: 'The face engine stopped and is being started again. Other ways to pay work meanwhile.',
  },
  'face.closed': { remedy: 'none', message: 'The face engine was closed.' },
  'face.aborted': { remedy: 'none', message: 'The analysis was called off.' },
  'face.frameDropped': { remedy: 'none', message: 'A newer frame took the place of this one.' },
} as const satisfies Record<string, Pick<FailureData, 'remedy' | 'message'>>

export type EngineFailureCode = keyof typeof texts

export function engineFailure(code: EngineFailureCode, nativeCode?: string): FailureData {
  const base = { code, attempted: 'analyse a camera frame', ...texts[code] }
  return nativeCode === undefined ? base : { ...base, nativeCode }
}
