import type { ReactNode } from 'react'

/** A quiet bar that moves while something is waited for; the words beside it say for what. */
export function WaitBar(): ReactNode {
  return (
    <div className="wait" role="progressbar">
      <div className="wait-bar" />
    </div>
  )
}

/** The mark of success or of a pause, drawn large. */
export function Mark({ kind }: { readonly kind: 'yes' | 'no' | 'pause' }): ReactNode {
  return (
    <svg className="mark" data-kind={kind} viewBox="0 0 120 120" aria-hidden="true">
      <circle cx="60" cy="60" r="54" className="mark-disc" />
      {kind === 'yes' ? <path d="M34 62l18 18 34-40" className="mark-line" /> : null}
      {kind === 'no' ? <path d="M42 42l36 36M78 42L42 78" className="mark-line" /> : null}
      {kind === 'pause' ? <path d="M48 40v40M72 40v40" className="mark-line" /> : null}
    </svg>
  )
}
