import { execFileSync } from 'node:child_process'
import { closeSync, constants, openSync } from 'node:fs'
import { SerialPort } from 'serialport'
import { resolveSerialPath } from '../../../drivers/byte-stream/serial-identity.ts'
import { createScale, scaleStream } from '../../../drivers/scale/scale.ts'
import { allChecked, check, host, openUntilItWorks, patience, until } from './checks.ts'

/** Inside the guest: a Toledo scale behind a USB serial converter with a serial number of its own. */
const named = 'by-id:FL-FTDI-1'
/** Somebody else has the old name open: the kernel gives the converter another one when it comes back. */
let holder = -1
let nameBefore = ''
const scale = createScale({
  name: 'scale',
  stream: scaleStream(`serial:${named}`, 'toledo-8217'),
  protocol: 'toledo-8217',
})

await check('a scale is opened by the serial number of its converter', async () => {
  const tries = await openUntilItWorks(scale)
  return `${await resolveSerialPath(named)}, at try ${tries}`
})
await check('the line is 7 data bits, even parity, one stop bit, at 9600', async () => {
  const line = execFileSync('stty', ['-F', await resolveSerialPath(named), '-a'], { encoding: 'utf8' })
  const is = ['cs7', 'parenb', '-parodd', '-cstopb', 'speed 9600']
  return is.every((word) => line.includes(word)) && is.join(' ')
})
await check('what rests on the plate is weighed', async () => {
  await host('put', '1230')
  const { grams } = await scale.readWeight(patience)
  return grams === 1_230 && `${grams} g`
})
await check('pulled out while it weighs, the call ends and the scale is lost', async () => {
  nameBefore = await resolveSerialPath(named)
  holder = openSync(nameBefore, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  await host('shake')
  const weighing = scale.readWeight(patience).then(
    () => 'a weight',
    (thrown: unknown) => (thrown as { code?: string }).code ?? String(thrown),
  )
  await host('unplug')
  const end = await weighing
  await until('the driver to see it', () => scale.state() === 'error')
  return end !== 'a weight' && end
})
await check('plugged in again under another name, it weighs again', async () => {
  await scale.close()
  await host('still')
  await host('replug')
  const tries = await openUntilItWorks(scale)
  await host('put', '455')
  const { grams } = await scale.readWeight(patience)
  const name = await resolveSerialPath(named)
  closeSync(holder)
  return grams === 455 && name !== nameBefore && `${name}, at try ${tries}`
})
await scale.close()
await check('the modem lines are read and set', async () => {
  const port = new SerialPort({ path: await resolveSerialPath(named), baudRate: 9_600, autoOpen: false })
  await new Promise<void>((resolve, reject) => port.open((thrown) => (thrown ? reject(thrown) : resolve())))
  await new Promise<void>((resolve, reject) =>
    port.set({ dtr: true, rts: true }, (thrown) => (thrown ? reject(thrown) : resolve())),
  )
  const lines = await new Promise<{ cts: boolean; dsr: boolean; dcd: boolean }>((resolve, reject) =>
    port.get((thrown, status) =>
      thrown || !status ? reject(thrown ?? new Error('nothing')) : resolve(status),
    ),
  )
  await new Promise<void>((resolve) => port.close(() => resolve()))
  return lines.cts && lines.dsr && JSON.stringify(lines)
})
allChecked()
