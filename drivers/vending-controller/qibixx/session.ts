import { unreachable } from '../../../src-main/contract/result.ts'
import type { VendRequest, VendResult, VendSessionState } from '../vend-session-port.ts'
import type { BridgeMessage } from './messages.ts'

/** The request that is open: asked by the machine, or approved and being given out. */
export interface OpenVend extends VendRequest {
  readonly stage: 'asked' | 'approved'
}

/** The session as the machine on the bus sees it. */
export interface Session {
  readonly state: VendSessionState
  readonly open: OpenVend | null
  readonly lastNumber: number
}

export interface SessionStep {
  readonly session: Session
  readonly request?: VendRequest
  readonly result?: VendResult
}

export const noSession: Session = { state: 'inactive', open: null, lastNumber: 0 }

/** What a message of the bridge makes of the session. Every request ends in exactly one result. */
export function onBridgeMessage(session: Session, message: BridgeMessage): SessionStep {
  switch (message.kind) {
    case 'status':
      // The result of a vend comes before the machine is idle again; without one nobody knows.
      return over({ ...session, state: message.state }, undetermined(session))
    case 'vend':
      return asked(session, message.amountMinor, message.item)
    case 'vendSucceeded':
      return over(session, 'success')
    case 'vendFailed':
      return over(session, session.open?.stage === 'approved' ? 'failure' : 'cancelled')
    case 'switched':
      return message.on ? { session } : over({ ...session, state: 'inactive' }, undetermined(session))
    case 'error':
    case 'bus':
    case 'unreadable':
      return { session }
    default:
      return unreachable(message)
  }
}

/** The bridge or the device is gone. */
export function onGone(session: Session): SessionStep {
  return over({ ...session, state: 'inactive' }, undetermined(session))
}

export function approved(session: Session): Session {
  return session.open === null ? session : { ...session, open: { ...session.open, stage: 'approved' } }
}

/** We said no: that is its end, whatever the machine says next. */
export function denied(session: Session): SessionStep {
  return over(session, 'cancelled')
}

function asked(session: Session, amountMinor: number, item: number | null): SessionStep {
  const { open } = session
  // The bridge repeats its status; the same question again is no second one.
  if (open?.amountMinor === amountMinor && open.item === item) return { session }
  const number = session.lastNumber + 1
  const request = { number, amountMinor, item }
  const ended = over(session, undetermined(session))
  const next: Session = { state: 'vend', lastNumber: number, open: { ...request, stage: 'asked' } }
  return { ...ended, session: next, request }
}

function undetermined({ open }: Session): VendResult['outcome'] {
  return open?.stage === 'approved' ? 'unknown' : 'cancelled'
}

function over(session: Session, outcome: VendResult['outcome']): SessionStep {
  if (session.open === null) return { session }
  return { session: { ...session, open: null }, result: { number: session.open.number, outcome } }
}
