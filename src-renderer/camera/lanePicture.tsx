import { useState, type ReactNode } from 'react'
import type { PictureProps } from '../state/laneContext.tsx'

const nextAfterMs = 40
const retryAfterMs = 300

interface LanePictureProps extends Pick<PictureProps, 'on' | 'onAspect'> {
  readonly urlOf: (sequence: number) => string
}

/** What a camera that the lane reads shows: each picture asks for the next once it is there, so the rate follows the machine. */
export function LanePicture({ on, onAspect, urlOf }: LanePictureProps): ReactNode {
  const [asked, setAsked] = useState(() => Date.now())
  const [shown, setShown] = useState<string | null>(null)
  if (!on) return null
  const askNext = (): void => setAsked((sequence) => sequence + 1)
  const url = urlOf(asked)
  return (
    <>
      {shown === null ? null : <img className="picture-fill" src={shown} alt="" />}
      <img
        className="picture-next"
        src={url}
        alt=""
        onLoad={(event) => {
          const { naturalWidth, naturalHeight } = event.currentTarget
          if (naturalHeight > 0) onAspect(naturalWidth / naturalHeight)
          setShown(url)
          setTimeout(askNext, nextAfterMs)
        }}
        onError={() => setTimeout(askNext, retryAfterMs)}
      />
    </>
  )
}
