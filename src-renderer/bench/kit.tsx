import './bench.css'
import type { ComponentType, ReactNode } from 'react'
import { useStore } from 'zustand'
import { createStore } from 'zustand/vanilla'
import type { BenchCommand, BenchView } from '../../src-main/contract/bench.ts'
import type { PageBridge } from '../../src-main/contract/channels.ts'
import type { LaneCommand } from '../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../src-main/contract/laneView.ts'
import { createCameraPicture } from '../camera/cameraPicture.tsx'
import type { PictureProps } from '../state/laneContext.tsx'
import type { BenchState, BenchTools } from './benchState.ts'
import { BenchPanel } from './panel.tsx'

export { socketBench } from './socketBench.ts'

export interface BenchKit {
  readonly Panel: ComponentType
  readonly Picture: ComponentType<PictureProps>
}

/** Everything the bench adds to the page; undefined when the lane has no bench. */
export function createBenchKit(bridge: PageBridge): BenchKit | undefined {
  const { bench } = bridge
  if (bench === null) return undefined
  const store = createStore<BenchState>()(() => ({ bench: null, lane: null, refusal: null }))
  bench.onView((view: BenchView) => store.setState({ bench: view }))
  bridge.onView((view: LaneView) => store.setState({ lane: view }))
  if (new URL(location.href).searchParams.get('privatePreview') === '1') {
    document.documentElement.dataset['privatePreview'] = '1'
  }
  const tools: BenchTools = {
    async tell(command: BenchCommand) {
      const result = await bench.command(command)
      store.setState({ refusal: result.kind === 'refused' ? result.code : null })
    },
    async tellLane(command: LaneCommand) {
      await bridge.command(command)
    },
    paperUrl: (id) => bench.paperUrl(id),
  }
  // What stands before the bench's camera changes while it runs; without such a camera it is as the lane says.
  const Picture = createCameraPicture(bridge, store, (state) =>
    state.bench?.camera ? state.bench.camera.kind === 'replay' : state.lane?.camera === 'lane',
  )

  function Panel(): ReactNode {
    return <BenchPanel state={useStore(store)} tools={tools} />
  }

  return { Panel, Picture }
}
