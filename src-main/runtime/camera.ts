import type { CameraPort } from '../../drivers/camera/port.ts'
import type { PushedCamera } from '../../drivers/camera/pushedCamera.ts'
import { V4l2Camera } from '../../drivers/camera/v4l2Camera.ts'
import type { LaneConfig } from '../config/load.ts'
import type { LogPort } from '../ports/log.ts'

/** The camera of a lane without a bench: the page's own, or one that the lane reads itself. */
export function laneCamera(
  { kind, device, widthPx, heightPx, framesPerSecond, mirror, exposure }: LaneConfig['devices']['camera'],
  page: PushedCamera,
  log: LogPort,
): CameraPort {
  if (kind !== 'v4l2' || device === undefined) return page
  return new V4l2Camera({
    ...{ device, widthPx, heightPx, framesPerSecond, mirror, exposure },
    onProblem: (failure) => log.warn({ failure: failure.toJSON() }, 'camera'),
  })
}
