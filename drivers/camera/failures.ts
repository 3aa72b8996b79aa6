import { Failure } from '../../src-main/contract/failure.ts'

const texts = {
  'camera.busy': ['none', 'The camera is in use already.'],
  'camera.closed': ['none', 'The camera is not open.'],
  'camera.offline': [
    'staff',
    'The camera or its recording is not there. Check the cable, or the path in the configuration.',
  ],
  'camera.noService': [
    'staff',
    'The camera is read by a program that is not installed here. Install ffmpeg (and v4l-utils for the exposure).',
  ],
  'camera.extended': [
    'staff',
    'The camera failed. Unplug it, plug it in again and restart the lane if it does not come back.',
  ],
} as const

export type CameraFailureCode = keyof typeof texts

export function cameraFailure(code: CameraFailureCode, attempted: string, nativeCode?: string): Failure {
  const [remedy, message] = texts[code]
  return new Failure({
    code,
    attempted,
    remedy,
    message,
    ...(nativeCode === undefined ? {} : { nativeCode }),
  })
}
