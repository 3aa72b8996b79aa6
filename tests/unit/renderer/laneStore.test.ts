import { describe, expect, it } from 'vitest'
import type { CommandResult, LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import { createLaneStore, themeOf } from '../../../src-renderer/state/laneStore.ts'
import { nextTheme } from '../../../src-renderer/state/theme.ts'
import { laneView } from './fixtures.ts'

/** A lane the test speaks for: publishes views, answers commands when told. */
function scriptedLane() {
  const views = new Set<(view: LaneView) => void>()
  const connections = new Set<(connected: boolean) => void>()
  const asked: LaneCommand[] = []
  const answers: ((result: CommandResult) => void)[] = []
  return {
    asked,
    listeners: () => views.size + connections.size,
    publish: (view: LaneView) => views.forEach((listener) => listener(view)),
    connect: (connected: boolean) => connections.forEach((listener) => listener(connected)),
    answer: (result: CommandResult) => answers.shift()?.(result),
    bridge: {
      onView(listener: (view: LaneView) => void) {
        views.add(listener)
        return () => views.delete(listener)
      },
      onConnection(listener: (connected: boolean) => void) {
        connections.add(listener)
        return () => connections.delete(listener)
      },
      command(command: LaneCommand) {
        asked.push(command)
        return new Promise<CommandResult>((resolve) => answers.push(resolve))
      },
    },
  }
}

describe('the store of the page', () => {
  it('mirrors the newest view and the connection', () => {
    const lane = scriptedLane()
    const { store } = createLaneStore(lane.bridge)
    expect(store.getState().view).toBeNull()
    lane.connect(true)
    lane.publish(laneView('en', { version: 7 }))
    expect(store.getState().view?.version).toBe(7)
    expect(store.getState().connected).toBe(true)
    lane.connect(false)
    expect(store.getState().connected).toBe(false)
  })

  it('is busy with a command until the lane has answered it', async () => {
    const lane = scriptedLane()
    const { store } = createLaneStore(lane.bridge)
    const sent = store.getState().send({ type: 'checkout:pay' })
    expect(lane.asked).toEqual([{ type: 'checkout:pay' }])
    expect(store.getState().busy).toBe('checkout:pay')
    lane.answer({ kind: 'accepted' })
    await sent
    expect(store.getState()).toMatchObject({ busy: null, refusal: null })
  })

  it('keeps the code of a refusal until it was said or the next touch', async () => {
    const lane = scriptedLane()
    const { store } = createLaneStore(lane.bridge)
    const sent = store.getState().send({ type: 'checkout:pay' })
    lane.answer({ kind: 'refused', code: 'notNow' })
    await sent
    expect(store.getState().refusal).toBe('notNow')
    store.getState().dismissRefusal()
    expect(store.getState().refusal).toBeNull()
  })

  it('takes the house theme of the profile until the shopper chooses, and forgets the choice with the next shopper', () => {
    const lane = scriptedLane()
    const { store } = createLaneStore(lane.bridge)
    lane.publish(laneView('en', { profile: 'vending', screen: { kind: 'scanning', lastLineId: null } }))
    expect(themeOf(store.getState())).toBe('dark')
    store.getState().chooseTheme('contrast')
    expect(themeOf(store.getState())).toBe('contrast')
    lane.publish(laneView('en', { profile: 'vending', screen: { kind: 'cancelled' } }))
    expect(themeOf(store.getState())).toBe('contrast')
    lane.publish(laneView('en', { profile: 'vending' }))
    expect(themeOf(store.getState())).toBe('dark')
  })

  it('goes round all themes and comes back', () => {
    expect(nextTheme(nextTheme(nextTheme('light')))).toBe('light')
  })

  it('leaves no listener behind when it is closed', () => {
    const lane = scriptedLane()
    const { close } = createLaneStore(lane.bridge)
    expect(lane.listeners()).toBe(2)
    close()
    expect(lane.listeners()).toBe(0)
  })
})
