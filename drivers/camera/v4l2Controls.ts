import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { cameraFailure } from './failures.ts'

const run = promisify(execFile)
const limitMs = 3000

/** `auto`, or the exposure time in units of 100 microseconds (V4L2_CID_EXPOSURE_ABSOLUTE). */
export type Exposure = 'auto' | number

/**
 * V4L2_CID_EXPOSURE_AUTO: 1 is manual, 3 is aperture priority, the only automatic that UVC cameras have. Kernels before 5.18
 * call the controls `exposure_auto` and `exposure_absolute` (linux, v4l2-ctrls-defs.c).
 */
export function exposureControls(exposure: Exposure): readonly string[] {
  return exposure === 'auto'
    ? ['auto_exposure=3', 'exposure_auto=3']
    : [`auto_exposure=1,exposure_time_absolute=${exposure}`, `exposure_auto=1,exposure_absolute=${exposure}`]
}

/** Sets the exposure with v4l2-ctl. Rejects with `camera.noService` without that program, with `camera.extended` when refused. */
export async function setExposure(program: string, device: string, exposure: Exposure): Promise<void> {
  const attempted = `set the exposure of ${device}`
  let refusal = ''
  for (const controls of exposureControls(exposure)) {
    try {
      await run(program, ['-d', device, '-c', controls], { timeout: limitMs, killSignal: 'SIGKILL' })
      return
    } catch (thrown) {
      const { code, message } = thrown as NodeJS.ErrnoException
      if (code === 'ENOENT') throw cameraFailure('camera.noService', attempted, 'v4l2-ctl')
      refusal = message
    }
  }
  throw cameraFailure('camera.extended', attempted, refusal.slice(0, 200))
}
