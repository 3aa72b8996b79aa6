import type { ReactNode } from 'react'
import type { CaptureView } from '../../src-main/contract/laneView.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { LookingGlass } from '../components/lookingGlass.tsx'
import { useLane } from '../state/laneContext.tsx'

export function FaceCaptureScreen({ capture }: { readonly capture: CaptureView }): ReactNode {
  const { words, busy, send } = useLane()
  const actions = (
    <Button waiting={busy === 'checkout:back'} onPress={() => send({ type: 'checkout:back' })}>
      {words.payAnotherWay}
    </Button>
  )
  return (
    <Frame actions={actions}>
      <LookingGlass capture={capture} />
    </Frame>
  )
}
