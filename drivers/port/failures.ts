import { Failure, type FailureData, type Remedy } from '../../src-main/contract/failure.ts'
import { deviceErrors, type DeviceErrorName } from './constants.ts'

const remedies: Record<DeviceErrorName, Remedy> = {
  closed: 'none',
  claimed: 'staff',
  notClaimed: 'none',
  noService: 'staff',
  disabled: 'none',
  illegal: 'staff',
  noHardware: 'staff',
  offline: 'staff',
  noExist: 'staff',
  exists: 'staff',
  failure: 'staff',
  timeout: 'retry',
  busy: 'retry',
  extended: 'staff',
  deprecated: 'none',
}

/** A device failure: code `device.<name>`, the UnifiedPOS number in nativeCode. */
export function deviceFailure(
  name: DeviceErrorName,
  attempted: string,
  message: string,
  cause?: FailureData,
): Failure {
  return new Failure({
    code: `device.${name}`,
    attempted,
    remedy: remedies[name],
    nativeCode: String(deviceErrors[name]),
    message,
    ...(cause === undefined ? {} : { cause }),
  })
}

/** The caller gave up (its AbortSignal fired); UnifiedPOS has no number of its own for that. */
export function abortedFailure(attempted: string): Failure {
  return new Failure({
    code: 'device.aborted',
    attempted,
    remedy: 'none',
    nativeCode: String(deviceErrors.extended),
    message: `Given up by the caller: ${attempted}.`,
  })
}

/** An operating system's error as a cause: its own code (ENOENT, EIO) untouched. */
export function systemCause(thrown: unknown, attempted: string): FailureData {
  const message = thrown instanceof Error ? thrown.message : String(thrown)
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : undefined
  return {
    code: 'device.system',
    attempted,
    remedy: 'staff',
    message,
    ...(code === undefined ? {} : { nativeCode: code }),
  }
}
