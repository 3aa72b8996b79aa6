import { spawn } from 'node:child_process'
import { closeSync, openSync, constants } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Channel, ChannelEvents } from '../byte-stream/channel-stream.ts'
import { lockDevice } from '../byte-stream/device-lock.ts'
import { deviceFailure, systemCause } from '../port/failures.ts'

/**
 * Opens a raw HID device for reading. A process of its own (`cat`) waits for reports: a read that waits in this process
 * would hold one of its few I/O threads for as long as the device is open, and could not be ended.
 */
export async function openHidraw(path: string, events: ChannelEvents, signal: AbortSignal): Promise<Channel> {
  const { rdev, ino } = await stat(path).catch((thrown: unknown) => {
    throw openFailure(path, thrown)
  })
  const unlock = await lockDevice(path, `hid-${rdev === 0 ? `i${ino}` : `d${rdev}`}`)
  let file: number
  try {
    file = openSync(path, constants.O_RDONLY | constants.O_NOCTTY)
  } catch (thrown) {
    await unlock()
    throw openFailure(path, thrown)
  }
  const reader = spawn('cat', [], { stdio: [file, 'pipe', 'ignore'], detached: true })
  closeSync(file)
  const ended = new Promise<void>((resolve) => reader.once('close', () => resolve()))
  reader.stdout?.on('data', (bytes: Buffer) => events.data(bytes))
  reader.stdout?.on('error', () => undefined)
  reader.once('close', () => events.closed(new Error(`${path} cannot be read any more`)))
  const destroy = async (): Promise<void> => {
    reader.kill('SIGKILL')
    await ended
    await unlock()
  }
  await new Promise<void>((resolve, reject) => {
    reader.once('spawn', resolve)
    reader.once('error', (thrown) => {
      void unlock()
      reject(
        deviceFailure(
          'noService',
          `open ${path}`,
          'The command "cat" cannot be run.',
          systemCause(thrown, 'run cat'),
        ),
      )
    })
  })
  if (signal.aborted) {
    await destroy()
    throw signal.reason
  }
  return {
    write: (_bytes, done) => done(new Error(`${path} is opened for reading only`)),
    probe: () => stillThere(path, rdev),
    destroy,
  }
}

/** After a replug the same name may lead to another device. */
async function stillThere(path: string, rdev: number): Promise<Error | null> {
  try {
    const now = await stat(path)
    return now.rdev === rdev ? null : new Error(`${path} is another device now`)
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown))
  }
}

function openFailure(path: string, thrown: unknown) {
  const attempted = `open ${path}`
  const cause = systemCause(thrown, attempted)
  switch (cause.nativeCode) {
    case 'ENOENT':
    case 'ENODEV':
    case 'ENXIO':
    case 'EIO':
      return deviceFailure(
        'noExist',
        attempted,
        `There is no device ${path}; is the reader plugged in?`,
        cause,
      )
    case 'EACCES':
    case 'EPERM':
      return deviceFailure(
        'noService',
        attempted,
        `This user may not read ${path}; install packaging/udev/99-facelane-readers.rules.`,
        cause,
      )
    default:
      return deviceFailure('failure', attempted, `${path} could not be opened: ${cause.message}.`, cause)
  }
}
