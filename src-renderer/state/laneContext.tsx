import { createContext, useContext, type ComponentType } from 'react'
import type { LaneCommand, LaneCommandType } from '../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../src-main/contract/laneView.ts'
import type { Words } from '../words/words.ts'
import type { Theme } from './theme.ts'

export interface PictureProps {
  /** The lane has a picture; before that its camera is still opening. */
  readonly on: boolean
  /** Width by height of the picture, told when it is known. */
  readonly onAspect: (aspect: number) => void
  readonly onProblem: (problem: CameraProblem | null) => void
}
/** Why there is no picture: the browser or the person said no, there is no camera, or another program holds it. */
export type CameraProblem = 'denied' | 'missing' | 'busy'

/** What every screen is given: the view, the words of its language, and the way to say something to the lane. */
export interface Lane {
  readonly view: LaneView
  readonly words: Words
  readonly theme: Theme
  readonly busy: LaneCommandType | null
  readonly refusal: string | null
  /** The live picture; turns the camera on while it is mounted. */
  readonly Picture: ComponentType<PictureProps>
  send(command: LaneCommand): void
  chooseTheme(theme: Theme): void
  dismissRefusal(): void
}

const LaneContext = createContext<Lane | null>(null)
export const LaneProvider = LaneContext.Provider

export function useLane(): Lane {
  const lane = useContext(LaneContext)
  if (lane === null) throw new Error('Put the component inside a LaneProvider.')
  return lane
}

const StaffCallContext = createContext<() => void>(() => undefined)
export const StaffCallProvider = StaffCallContext.Provider

/** Opens the layer of a call that stands beside the sale, for the staff who came. */
export function useStaffCall(): () => void {
  return useContext(StaffCallContext)
}
