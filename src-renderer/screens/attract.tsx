import type { ReactNode } from 'react'
import { rightsPolicy } from '../../src-main/domain/rights/policy.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { ShelfScene } from '../components/scenes.tsx'
import { useLane } from '../state/laneContext.tsx'

export function AttractScreen(): ReactNode {
  const { view, words, busy, send } = useLane()
  const actions = (
    <>
      <Button
        tone="primary"
        icon="arrow"
        waiting={busy === 'session:start'}
        onPress={() => send({ type: 'session:start' })}
      >
        {words.attract.start}
      </Button>
      {view.facePay.available ? (
        <Button icon="face" onPress={() => send({ type: 'enrolment:begin' })}>
          {words.attract.enrol}
        </Button>
      ) : null}
      <Button tone="quiet" waiting={busy === 'myFace:begin'} onPress={() => send({ type: 'myFace:begin' })}>
        {words.myFace.open}
      </Button>
    </>
  )
  return (
    <Frame actions={actions}>
      <div className="attract">
        <ShelfScene />
        <h1 className="attract-title">{words.attract.title}</h1>
        <p className="lead">{words.attract.body}</p>
        {view.facePay.available ? (
          <p className="small">{rightsPolicy(view.jurisdiction).notice[view.language]}</p>
        ) : null}
      </div>
    </Frame>
  )
}
