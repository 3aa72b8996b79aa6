import { useEffect, type ReactNode } from 'react'
import type { NoticeCode } from '../../src-main/contract/laneView.ts'
import { Icon } from '../components/icon.tsx'
import { useLane } from '../state/laneContext.tsx'
import { sayNotice, sayRefusal } from '../words/words.ts'

const refusalShownMs = 4_000
const passingNoticeMs = 7_000

/** These say something in passing; all others stay until they are dismissed or overtaken. */
const passing: ReadonlySet<NoticeCode> = new Set([
  'unreadableBarcode',
  'memberCardUnknown',
  'memberCardBlocked',
  'memberCardNotNow',
  'memberCardRefused',
  'codeNotForPaying',
  'basketKept',
  'notYou',
])

/** Where the PIN is typed says these itself. */
const saidAtPin: ReadonlySet<string> = new Set(['wrongPin', 'locked'])

/** Something to say once, just above the actions: a notice of the lane, else the refusal of the last touch. */
export function NoticeLayer(): ReactNode {
  const { view, words, refusal, send, dismissRefusal } = useLane()
  const { notice } = view
  const passes = notice !== null && passing.has(notice.code)
  useEffect(() => {
    if (!passes) return
    const timer = setTimeout(() => send({ type: 'notice:dismiss' }), passingNoticeMs)
    return () => clearTimeout(timer)
  }, [passes, notice?.code, send])
  useEffect(() => {
    if (refusal === null) return
    const timer = setTimeout(dismissRefusal, refusalShownMs)
    return () => clearTimeout(timer)
  }, [refusal, dismissRefusal])

  if (notice !== null) {
    const said = sayNotice(words, notice)
    return <Banner title={said.title} body={said.body} onClose={() => send({ type: 'notice:dismiss' })} />
  }
  if (refusal !== null && !(view.intervention !== null && saidAtPin.has(refusal)))
    return <Banner title={sayRefusal(words, refusal)} onClose={dismissRefusal} />
  return null
}

interface BannerProps {
  readonly title: string
  readonly body?: string
  readonly onClose: () => void
}

function Banner({ title, body, onClose }: BannerProps): ReactNode {
  const { words } = useLane()
  return (
    <div className="notice" role="alert">
      <Icon name="warning" />
      <div className="notice-text">
        <p className="notice-title">{title}</p>
        {body === undefined ? null : <p className="notice-body">{body}</p>}
      </div>
      <button type="button" className="notice-close" aria-label={words.close} onClick={onClose}>
        <Icon name="close" />
      </button>
    </div>
  )
}
