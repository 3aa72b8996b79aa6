import { contextBridge, ipcRenderer } from 'electron'
import type { BenchView } from '../../contract/bench.ts'
import type {
  cameraFrameChannel,
  eventChannels,
  PageBridge,
  requestChannels,
} from '../../contract/channels.ts'
import type { CommandResult } from '../../contract/laneCommand.ts'
import type { LaneView } from '../../contract/laneView.ts'
import type { pageReadyChannel } from './ipc-gate.ts'
import type { benchArgument } from './window-options.ts'

// Types only from our own files: a sandboxed preload is one small script, and the gate on the other side validates.
const frameChannel: typeof cameraFrameChannel = 'camera:frame'
const readyChannel: typeof pageReadyChannel = 'page:ready'
const benchFlag: typeof benchArgument = '--facelane-bench'

function request(channel: keyof typeof requestChannels, argument: unknown): Promise<CommandResult> {
  return ipcRenderer.invoke(channel, argument) as Promise<CommandResult>
}

/** What each event channel carries. */
interface Views extends Record<keyof typeof eventChannels, unknown> {
  'lane:view': LaneView
  'bench:view': BenchView
}

/** Keeps the newest view, so that a late subscriber hears it at once. */
function subscription<Channel extends keyof Views>(
  channel: Channel,
): (listener: (view: Views[Channel]) => void) => () => void {
  const listeners = new Set<(view: Views[Channel]) => void>()
  let newest: Views[Channel] | undefined
  ipcRenderer.on(channel, (_event, view: Views[Channel]) => {
    newest = view
    for (const listener of listeners) listener(view)
  })
  return (listener) => {
    listeners.add(listener)
    if (newest !== undefined) listener(newest)
    return () => void listeners.delete(listener)
  }
}

function benchBridge(): PageBridge['bench'] {
  if (!process.argv.includes(benchFlag)) return null
  return {
    onView: subscription('bench:view'),
    command: (command) => request('bench:command', command),
    paperUrl: (id) => `papers/${encodeURIComponent(id)}.png`,
  }
}

const bridge: PageBridge = {
  shell: 'electron',
  onView: subscription('lane:view'),
  // Page and lane live and die in one program: there is no connection to lose.
  onConnection(listener) {
    listener(true)
    return () => undefined
  },
  command: (command) => request('lane:command', command),
  sendCameraFrame: (jpeg) => ipcRenderer.send(frameChannel, jpeg),
  cameraPreviewUrl: (sequence) => `camera/preview.jpg?sequence=${sequence}`,
  bench: benchBridge(),
}

contextBridge.exposeInMainWorld('facelane', bridge)
ipcRenderer.send(readyChannel)
