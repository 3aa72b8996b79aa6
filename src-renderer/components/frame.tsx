import type { ReactNode } from 'react'
import { NoticeLayer } from '../layers/notice.tsx'
import { useLane } from '../state/laneContext.tsx'
import { DeferredNote } from './deferredNote.tsx'
import { Footer } from './footer.tsx'
import { Total, totalOf } from './total.tsx'

export interface FrameProps {
  readonly children: ReactNode
  /** What can be done here, primary action first; the bottom of a portrait screen, left in landscape. */
  readonly actions?: ReactNode
  readonly title?: string
  readonly body?: string
  /** A layer over the checkout is tinted, so that it reads as an aside. */
  readonly aside?: boolean
}

/** The one layout: brand, total, what is shown, what can be done, footer; always in the same places. */
export function Frame({ children, actions, title, body, aside = false }: FrameProps): ReactNode {
  const { view, words } = useLane()
  const sale = totalOf(view) !== null
  return (
    <div className="frame" data-sale={sale || undefined} data-aside={aside || undefined}>
      <header className="brand">
        <BrandMark />
        <span className="brand-name">{view.merchantName}</span>
        {view.screen.kind === 'attract' ? <DeferredNote /> : null}
        <span className="brand-lane">{view.laneId}</span>
      </header>
      {view.bench ? (
        <p className="bench-banner" role="status">
          {words.benchBanner}
        </p>
      ) : null}
      <Total />
      <main className="main">
        {title === undefined ? null : (
          <div className="heading">
            <h1 className="title">{title}</h1>
            {body === undefined ? null : <p className="lead">{body}</p>}
          </div>
        )}
        {children}
      </main>
      <NoticeLayer />
      <nav className="actions">{actions}</nav>
      <Footer />
    </div>
  )
}

function BrandMark(): ReactNode {
  return (
    <svg className="brand-mark" viewBox="0 0 64 64" aria-hidden="true">
      <rect width="64" height="64" rx="18" className="brand-mark-tile" />
      <circle cx="32" cy="28" r="13" className="brand-mark-line" />
      <path d="M18 51h28" className="brand-mark-line" />
    </svg>
  )
}
