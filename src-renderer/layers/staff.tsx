import { useState, type ReactNode } from 'react'
import type { StaffLayerView, StaffPage } from '../../src-main/contract/staffLayer.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { Button } from '../components/button.tsx'
import { Frame } from '../components/frame.tsx'
import { DigitBoxes, Keypad } from '../components/keypad.tsx'
import { useLane } from '../state/laneContext.tsx'
import { useCountdown } from './intervention.tsx'
import { OverrideLayer } from './override.tsx'
import { ChooseLines, FindSale, Returned, ReturnUnknown } from './returns.tsx'
import { ShiftLayer } from './shift.tsx'
import { BackButton, Problem } from './staffKit.tsx'

const shortestPin = 4
const longestPin = 12

/** The staff's own layer: returns, prices and the shift. */
export function StaffLayer({ layer }: { readonly layer: StaffLayerView }): ReactNode {
  const { page } = layer
  switch (page.step) {
    case 'pin':
      return <Pin key={layer.pin.wrongTries} layer={layer} />
    case 'menu':
      return <Menu layer={layer} page={page} />
    case 'findSale':
      return <FindSale layer={layer} />
    case 'chooseLines':
      return <ChooseLines layer={layer} page={page} />
    case 'returnUnknown':
      return <ReturnUnknown />
    case 'returned':
      return <Returned page={page} />
    case 'override':
      return <OverrideLayer layer={layer} page={page} />
    case 'shift':
    case 'closed':
      return <ShiftLayer key={page.step} layer={layer} page={page} />
    default:
      return unreachable(page)
  }
}

function Pin({ layer }: { readonly layer: StaffLayerView }): ReactNode {
  const { words, send } = useLane()
  const [pin, setPin] = useState('')
  const lockedSeconds = useCountdown(layer.pin.lockedForMs)
  const locked = lockedSeconds > 0
  const actions = (
    <div className="action-row">
      <Button onPress={() => send({ type: 'staff:close' })}>{words.staff.close}</Button>
      <Button
        tone="primary"
        disabled={locked || pin.length < shortestPin}
        waiting={layer.busy}
        onPress={() => send({ type: 'staff:enter', pin })}
      >
        {words.intervention.next}
      </Button>
    </div>
  )
  return (
    <Frame actions={actions} title={words.staff.pinTitle} aside>
      <div className="entry">
        <p className="entry-hint" role="status">
          {locked
            ? words.intervention.pinLocked(lockedSeconds)
            : layer.pin.wrongTries > 0
              ? words.intervention.pinWrong(layer.pin.wrongTries)
              : ' '}
        </p>
        <DigitBoxes value={pin} length={Math.max(shortestPin, pin.length)} secret />
        <Keypad value={pin} maxLength={longestPin} onChange={setPin} disabled={locked || layer.busy} />
      </div>
    </Frame>
  )
}

interface MenuProps {
  readonly layer: StaffLayerView
  readonly page: Extract<StaffPage, { step: 'menu' }>
}

function Menu({ layer, page }: MenuProps): ReactNode {
  const { words, send } = useLane()
  const [asking, setAsking] = useState(false)
  const { returns, override, shift } = words.staff
  if (asking) {
    const actions = (
      <div className="action-row">
        <Button onPress={() => setAsking(false)}>{words.back}</Button>
        <Button tone="stop" waiting={layer.busy} onPress={() => send({ type: 'return:voidLast' })}>
          {returns.voidLast}
        </Button>
      </div>
    )
    return (
      <Frame actions={actions} title={returns.voidAsk} body={returns.voidBody} aside>
        <Problem layer={layer} />
      </Frame>
    )
  }
  return (
    <Frame actions={<BackButton>{words.staff.close}</BackButton>} title={words.staff.menu} aside>
      <Problem layer={layer} />
      <div className="staff-menu">
        <Button icon="basket" onPress={() => send({ type: 'return:begin' })}>
          {returns.open}
        </Button>
        {page.openReturns === 0 ? null : (
          <Button icon="warning" waiting={layer.busy} onPress={() => send({ type: 'return:resume' })}>
            {returns.resume(page.openReturns)}
          </Button>
        )}
        <Button disabled={!page.canVoid} onPress={() => setAsking(true)}>
          {returns.voidLast}
        </Button>
        <Button disabled={!page.canOverride} onPress={() => send({ type: 'override:begin' })}>
          {override.open}
        </Button>
        <Button icon="cash" waiting={layer.busy} onPress={() => send({ type: 'shift:show' })}>
          {page.shiftOpen ? shift.open : `${shift.open} · ${shift.begin}`}
        </Button>
      </div>
    </Frame>
  )
}
