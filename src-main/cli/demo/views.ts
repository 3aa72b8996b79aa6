import type { LaneHostPort } from '../../contract/channels.ts'
import { Failure } from '../../contract/failure.ts'
import type { LaneView } from '../../contract/laneView.ts'

/** Settles with the first view for which `wanted` holds, as somebody watching the screen would. */
export function whenView(
  host: Pick<LaneHostPort, 'onView' | 'view'>,
  what: string,
  wanted: (view: LaneView) => boolean,
  timeoutMs: number,
): Promise<LaneView> {
  return new Promise((resolve, reject) => {
    let stop: () => void = () => undefined
    const limit = setTimeout(() => {
      stop()
      reject(tooLong(what, timeoutMs, host.view()))
    }, timeoutMs)
    let done = false
    stop = host.onView((view) => {
      if (done || !wanted(view)) return
      done = true
      clearTimeout(limit)
      queueMicrotask(() => stop())
      resolve(view)
    })
  })
}

function tooLong(what: string, timeoutMs: number, view: LaneView): Failure {
  const where = [view.screen.kind, view.enrolment?.step, view.notice?.code].filter(Boolean).join(', ')
  return new Failure({
    code: 'demo.tooLong',
    attempted: what,
    remedy: 'staff',
    message: `Waited ${timeoutMs / 1000} s for ${what}; the screen shows ${where}.`,
  })
}
