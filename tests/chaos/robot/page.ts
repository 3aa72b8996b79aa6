import { WebSocket } from 'ws'
import type { HostMessage } from '../../../src-main/contract/channels.ts'
import type { CommandResult, LaneCommand } from '../../../src-main/contract/laneCommand.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'

/** The lane's page as a shopper has it before them: what is shown, what can be touched. The lane may die at any time. */
export interface Page {
  /** Null while there is no lane. */
  view(): LaneView | null
  /** The lane at this address, once it has started (again). */
  connect(url: string): void
  /** Settles with the next view, or after `withinMs` without one. */
  changed(withinMs: number): Promise<void>
  onView(listener: (view: LaneView) => void): void
  /** Null when the lane died over it: it may have been done. */
  command(command: LaneCommand): Promise<CommandResult | null>
  picture(jpeg: Uint8Array): void
  close(): void
}

const answerLimitMs = 8_000

export function createPage(): Page {
  let socket: WebSocket | null = null
  let view: LaneView | null = null
  let nextId = 1
  const waiting = new Map<number, (result: CommandResult | null) => void>()
  const listeners: ((view: LaneView) => void)[] = []
  let wake: (() => void)[] = []

  function happened(): void {
    const sleepers = wake
    wake = []
    for (const run of sleepers) run()
  }

  function receive(text: string): void {
    const message = JSON.parse(text) as HostMessage
    if (message.kind === 'answer') {
      waiting.get(message.id)?.(message.result)
      waiting.delete(message.id)
    } else if (message.kind === 'lane:view') {
      view = message.view
      for (const listener of listeners) listener(message.view)
      happened()
    }
  }

  function lost(from: WebSocket): void {
    if (socket !== from) return
    socket = null
    view = null
    for (const answer of waiting.values()) answer(null)
    waiting.clear()
    happened()
  }

  return {
    view: () => view,
    connect(url) {
      socket?.terminate()
      const address = new URL(url)
      const opened = new WebSocket(`ws://${address.host}/lane${address.search}`)
      socket = opened
      opened.on('message', (data: Buffer) => {
        if (socket === opened) receive(data.toString())
      })
      opened.on('close', () => lost(opened))
      opened.on('error', () => lost(opened))
    },
    changed: (withinMs) =>
      new Promise((resolve) => {
        const limit = setTimeout(resolve, withinMs)
        wake.push(() => {
          clearTimeout(limit)
          resolve()
        })
      }),
    onView: (listener) => void listeners.push(listener),
    command(command) {
      const to = socket
      if (to?.readyState !== WebSocket.OPEN) return Promise.resolve(null)
      const id = nextId++
      return new Promise((resolve) => {
        const limit = setTimeout(() => {
          waiting.delete(id)
          resolve(null)
        }, answerLimitMs)
        waiting.set(id, (result) => {
          clearTimeout(limit)
          resolve(result)
        })
        to.send(JSON.stringify({ kind: 'lane:command', id, argument: command }))
      })
    },
    picture(jpeg) {
      if (socket?.readyState === WebSocket.OPEN) socket.send(jpeg)
    },
    close() {
      socket?.terminate()
      socket = null
    },
  }
}
