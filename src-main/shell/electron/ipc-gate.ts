import {
  cameraFrameChannel,
  cameraFrameLimits,
  requestChannels,
  type LaneHostPort,
} from '../../contract/channels.ts'
import { failureData } from '../../contract/failure.ts'
import type { CommandResult } from '../../contract/laneCommand.ts'
import type { LogPort } from '../../ports/log.ts'
import type { IpcEventLike, IpcMainLike } from './electron-like.ts'
import type { IntentWatch } from './intent.ts'
import { isAppPage } from '../page/origin.ts'

/** Why the gate itself refuses; the lane's own refusals have the lane's codes. */
export type GateRefusal = 'untrustedSender' | 'malformedArgument' | 'noTouch' | 'noBench' | 'defect'

export interface GateParts {
  readonly ipcMain: IpcMainLike
  readonly host: LaneHostPort
  readonly intent: IntentWatch
  readonly log: LogPort
  /** The web contents of our own windows, by id. */
  readonly windows: ReadonlySet<number>
  /** Sends the newest views to the page that just came up. */
  readonly onPageReady: (contentsId: number) => void
}

/** The channel by which a loaded page asks for the views it missed. */
export const pageReadyChannel = 'page:ready'

/** A message counts when it comes from the main frame of one of our windows, showing our page. */
export function isTrusted(event: IpcEventLike, windows: ReadonlySet<number>): boolean {
  const frame = event.senderFrame
  return frame !== null && frame.parent === null && isAppPage(frame.url) && windows.has(event.sender.id)
}

/** The bytes of a camera frame, or null when it is not one: not bytes, empty, too large, or not a JPEG. */
export function cameraFrame(argument: unknown): ArrayBuffer | null {
  const bytes = argument instanceof ArrayBuffer ? new Uint8Array(argument) : argument
  if (!(bytes instanceof Uint8Array) || bytes.length < 4 || bytes.length > cameraFrameLimits.bytes)
    return null
  if (bytes[0] !== 0xff || bytes[1] !== 0xd8) return null
  return new Uint8Array(bytes).buffer
}

function refused(code: GateRefusal): CommandResult {
  return { kind: 'refused', code }
}

/** Registers every channel the page may use. One place judges sender, argument and intent, in this order. */
export function openGate(parts: GateParts): void {
  const { ipcMain, host, log, windows } = parts

  function serve<Channel extends keyof typeof requestChannels>(
    channel: Channel,
    answer: (argument: (typeof requestChannels)[Channel]['argument']['_output']) => Promise<CommandResult>,
  ): void {
    ipcMain.handle(channel, async (event, argument) => {
      if (!isTrusted(event, windows)) return refuse(channel, 'untrustedSender')
      const parsed = requestChannels[channel].argument.safeParse(argument)
      if (!parsed.success) return refuse(channel, 'malformedArgument')
      try {
        return await answer(parsed.data)
      } catch (error) {
        log.error({ channel, ...failureData(error) }, 'A command failed')
        return refused('defect')
      }
    })
  }

  function refuse(channel: string, code: GateRefusal): CommandResult {
    log.warn({ channel, code }, 'The gate refused a message')
    return refused(code)
  }

  serve('lane:command', async (command) =>
    parts.intent.isIntended(command.type) ? host.command(command) : refuse('lane:command', 'noTouch'),
  )
  serve(
    'bench:command',
    async (command) => host.bench?.command(command) ?? refuse('bench:command', 'noBench'),
  )

  ipcMain.on(cameraFrameChannel, (event, argument) => {
    if (!isTrusted(event, windows)) refuse(cameraFrameChannel, 'untrustedSender')
    else if (host.wantsCamera()) {
      const frame = cameraFrame(argument)
      if (frame === null) refuse(cameraFrameChannel, 'malformedArgument')
      else host.pushCameraFrame(frame)
    }
  })
  ipcMain.on(pageReadyChannel, (event) => {
    if (isTrusted(event, windows)) parts.onPageReady(event.sender.id)
    else refuse(pageReadyChannel, 'untrustedSender')
  })
}
