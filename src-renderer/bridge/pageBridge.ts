import type { PageBridge } from '../../src-main/contract/channels.ts'
import { createSocketBridge, type SocketBridgeOptions, type SocketLike } from './socketBridge.ts'
import { laneSocketUrl, takeToken } from './token.ts'

declare global {
  interface Window {
    /** Put there by the Electron preload. */
    readonly facelane?: PageBridge
  }
}

/** The lane behind this page: the preload's bridge in Electron, else a WebSocket to the page's own host. */
export function pageBridge(bench: SocketBridgeOptions['bench']): PageBridge {
  if (window.facelane !== undefined) return window.facelane
  const token = takeToken({
    href: location.href,
    storage: sessionStorage,
    replace: (href) => history.replaceState(null, '', href),
  })
  return createSocketBridge({
    connect: () => new WebSocket(laneSocketUrl(location.href, token)) as SocketLike,
    later: (run, ms) => {
      setTimeout(run, ms)
    },
    chance: Math.random,
    ...(bench === undefined ? {} : { bench }),
  })
}
