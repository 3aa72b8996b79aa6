import type { BenchView } from '../../src-main/contract/bench.ts'
import type { PageBridge } from '../../src-main/contract/channels.ts'
import type { SocketChannel } from '../bridge/socketBridge.ts'

/** The bench half of the browser shell: its envelopes, and the pictures served beside the page. */
export function socketBench(channel: SocketChannel): NonNullable<PageBridge['bench']> {
  let newest: BenchView | null = null
  channel.onMessage((message) => {
    if (message.kind === 'bench:view') newest = message.view
  })
  return {
    onView(listener) {
      if (newest !== null) listener(newest)
      return channel.onMessage((message) => {
        if (message.kind === 'bench:view') listener(message.view)
      })
    },
    command: (argument) => channel.request({ kind: 'bench:command', argument }),
    paperUrl: (id) => `/papers/${encodeURIComponent(id)}.png`,
  }
}
