import type { ReactNode } from 'react'
import { renderToStaticMarkup } from 'react-dom/server'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { ScreenRouter } from '../../../src-renderer/screens/screenRouter.tsx'
import { LaneProvider, type Lane } from '../../../src-renderer/state/laneContext.tsx'
import { wordsFor } from '../../../src-renderer/words/words.ts'

function NoPicture(): ReactNode {
  return null
}

/** The window's HTML for a view, as the shopper would first see it. */
export function renderView(view: LaneView, more: Partial<Lane> = {}): string {
  const lane: Lane = {
    view,
    words: wordsFor(view.language),
    theme: 'light',
    busy: null,
    refusal: null,
    Picture: NoPicture,
    send: () => undefined,
    chooseTheme: () => undefined,
    dismissRefusal: () => undefined,
    ...more,
  }
  return renderToStaticMarkup(
    <LaneProvider value={lane}>
      <ScreenRouter />
    </LaneProvider>,
  )
}

/** What can be read on it, without marks of up. */
export function textOf(html: string): string {
  return html
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll('&#x27;', "'")
    .replaceAll('&amp;', '&')
    .replaceAll(/\s+/g, ' ')
    .trim()
}
