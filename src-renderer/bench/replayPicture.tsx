import { useState, type ReactNode } from 'react'

const retryMs = 300

/** What the replayed camera shows: each picture asks for the next once it is there, so the rate follows the machine. */
export function ReplayPicture({ urlOf }: { readonly urlOf: (sequence: number) => string }): ReactNode {
  const [asked, setAsked] = useState(1)
  const [shown, setShown] = useState<string | null>(null)
  const next = (): void => setAsked((sequence) => sequence + 1)
  const url = urlOf(asked)
  return (
    <>
      {shown === null ? null : <img className="picture-fill" src={shown} alt="" />}
      <img
        className="bench-picture-next"
        src={url}
        alt=""
        onLoad={() => {
          setShown(url)
          requestAnimationFrame(() => setTimeout(next, 40))
        }}
        onError={() => setTimeout(next, retryMs)}
      />
    </>
  )
}
