import type { LaneHostPort } from '../../../src-main/contract/channels.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import type { Page } from '../../chaos/robot/page.ts'

/** The page of a lane in the same process: the power takes both. */
export function inProcessPage(host: LaneHostPort): Page {
  let wake: (() => void)[] = []
  const listeners: ((view: LaneView) => void)[] = []
  host.onView((view) => {
    const sleepers = wake
    wake = []
    for (const listener of listeners) listener(view)
    for (const run of sleepers) run()
  })
  return {
    view: () => host.view(),
    connect: () => undefined,
    changed: (withinMs) =>
      new Promise((resolve) => {
        const limit = setTimeout(resolve, withinMs)
        wake.push(() => {
          clearTimeout(limit)
          resolve()
        })
      }),
    onView: (listener) => void listeners.push(listener),
    command: (command) => host.command(command),
    picture: (jpeg) => host.pushCameraFrame(new Uint8Array(jpeg).buffer),
    close: () => undefined,
  }
}
