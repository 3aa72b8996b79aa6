import { useCallback, useEffect, useMemo, type ComponentType, type ReactNode } from 'react'
import { useStore } from 'zustand'
import type { StoreApi } from 'zustand/vanilla'
import type { LaneView } from '../src-main/contract/laneView.ts'
import type { LaneCommand } from '../src-main/contract/laneCommand.ts'
import type { Language } from '../src-main/contract/values.ts'
import { WaitBar } from './components/wait.tsx'
import { ScreenRouter } from './screens/screenRouter.tsx'
import { LaneProvider, type Lane, type PictureProps } from './state/laneContext.tsx'
import { themeOf, type LaneState } from './state/laneStore.ts'
import type { Theme } from './state/theme.ts'
import { wordsFor } from './words/words.ts'

export interface AppProps {
  readonly store: StoreApi<LaneState>
  readonly Picture: ComponentType<PictureProps>
  /** Shown beside the lane; development only. */
  readonly Bench?: ComponentType
}

/** The whole window: the lane's stage, and the bench beside it where there is one. */
export function App({ store, Picture, Bench }: AppProps): ReactNode {
  const state = useStore(store)
  const theme = themeOf(state)
  const language = state.view?.language ?? 'zh-CN'
  useEffect(() => {
    document.documentElement.lang = language
  }, [language])
  return (
    <div className="window">
      <Stage theme={theme} language={language} view={state.view}>
        {state.view === null || !state.connected ? (
          <Connecting language={language} seen={state.view !== null} />
        ) : (
          <LaneScreens state={state} theme={theme} Picture={Picture} />
        )}
      </Stage>
      {Bench === undefined ? null : <Bench />}
    </div>
  )
}

interface StageProps {
  readonly theme: Theme
  readonly language: Language
  readonly view: LaneView | null
  readonly children: ReactNode
}

function Stage({ theme, language, view, children }: StageProps): ReactNode {
  return (
    <div className="stage" data-theme={theme}>
      <div className="sheet" lang={language} data-screen={view?.screen.kind} data-version={view?.version}>
        {children}
      </div>
    </div>
  )
}

interface LaneScreensProps {
  readonly state: LaneState
  readonly theme: Theme
  readonly Picture: ComponentType<PictureProps>
}

function LaneScreens({ state, theme, Picture }: LaneScreensProps): ReactNode {
  const { view, busy, refusal, send, chooseTheme, dismissRefusal } = state
  const say = useCallback((command: LaneCommand) => void send(command), [send])
  const lane = useMemo<Lane | null>(
    () =>
      view && {
        view,
        words: wordsFor(view.language),
        theme,
        busy,
        refusal,
        Picture,
        send: say,
        chooseTheme,
        dismissRefusal,
      },
    [view, theme, busy, refusal, Picture, say, chooseTheme, dismissRefusal],
  )
  return (
    <LaneProvider value={lane}>
      <ScreenRouter />
    </LaneProvider>
  )
}

interface ConnectingProps {
  readonly language: Language
  /** The lane was there before: the shopper's basket is what they worry about. */
  readonly seen: boolean
}

export function Connecting({ language, seen }: ConnectingProps): ReactNode {
  const { connecting } = wordsFor(language)
  return (
    <div className="connecting" role="status">
      <h1 className="title">{connecting.title}</h1>
      <p className="lead">{seen ? connecting.lost : connecting.body}</p>
      <WaitBar />
    </div>
  )
}
