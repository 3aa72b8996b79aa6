import type { ComponentType, ReactNode } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { PageBridge } from '../../src-main/contract/channels.ts'
import type { PictureProps } from '../state/laneContext.tsx'
import { LanePicture } from './lanePicture.tsx'
import { createStreamPicture } from './streamPicture.tsx'

/** The live picture of whichever camera there is, as `laneReads` says of the store's state: the lane's, or this page's. */
export function createCameraPicture<State>(
  bridge: Pick<PageBridge, 'sendCameraFrame' | 'cameraPreviewUrl'>,
  store: StoreApi<State>,
  laneReads: (state: State) => boolean,
): ComponentType<PictureProps> {
  const StreamPicture = createStreamPicture((jpeg) => bridge.sendCameraFrame(jpeg))
  const urlOf = (sequence: number): string => bridge.cameraPreviewUrl(sequence)
  return function CameraPicture(props: PictureProps): ReactNode {
    return useStore(store, laneReads) ? (
      <LanePicture {...props} urlOf={urlOf} />
    ) : (
      <StreamPicture {...props} />
    )
  }
}
