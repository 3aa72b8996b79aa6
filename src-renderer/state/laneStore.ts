import { createStore, type StoreApi } from 'zustand/vanilla'
import type { PageBridge } from '../../src-main/contract/channels.ts'
import type { LaneCommand, LaneCommandType } from '../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../src-main/contract/laneView.ts'
import { houseTheme, type Theme } from './theme.ts'

export interface LaneState {
  /** The lane's newest published view; null until the first one arrives. */
  readonly view: LaneView | null
  readonly connected: boolean
  /** Chosen by this shopper; null is the house's own theme. Forgotten with the next shopper. */
  readonly chosenTheme: Theme | null
  /** The command the lane has not answered yet. */
  readonly busy: LaneCommandType | null
  /** Code of the last refused command, until it was said. */
  readonly refusal: string | null
  send(command: LaneCommand): Promise<void>
  chooseTheme(theme: Theme): void
  dismissRefusal(): void
}

export interface LaneStore {
  readonly store: StoreApi<LaneState>
  close(): void
}

/** Mirrors the lane's view; owns nothing but what this page alone knows: theme, unanswered command, last refusal. */
export function createLaneStore(bridge: Pick<PageBridge, 'onView' | 'onConnection' | 'command'>): LaneStore {
  const store = createStore<LaneState>()((set) => ({
    view: null,
    connected: false,
    chosenTheme: null,
    busy: null,
    refusal: null,
    async send(command) {
      set({ busy: command.type, refusal: null })
      const result = await bridge.command(command)
      set({ busy: null, refusal: result.kind === 'refused' ? result.code : null })
    },
    chooseTheme: (theme) => set({ chosenTheme: theme }),
    dismissRefusal: () => set({ refusal: null }),
  }))
  const stops = [
    bridge.onView((view) => {
      store.setState((before) => ({ view, ...(isNextShopper(before.view, view) ? forgotten : {}) }))
    }),
    bridge.onConnection((connected) => store.setState({ connected })),
  ]
  return {
    store,
    close: () => {
      for (const stop of stops) stop()
    },
  }
}

const forgotten = { chosenTheme: null, refusal: null } as const

function isNextShopper(before: LaneView | null, now: LaneView): boolean {
  return before !== null && before.screen.kind !== 'attract' && now.screen.kind === 'attract'
}

export function themeOf(state: Pick<LaneState, 'chosenTheme' | 'view'>): Theme {
  return state.chosenTheme ?? houseTheme(state.view?.profile ?? 'self-checkout')
}
