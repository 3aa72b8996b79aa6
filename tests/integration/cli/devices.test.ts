import { spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { emulateTerminal } from '../../../drivers/payment-terminal/emulator/terminal-emulator.ts'
import { emulatePrinter } from '../../../drivers/pos-printer/emulator/printer-emulator.ts'
import { emulateScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import { emulateScanner } from '../../../drivers/scanner/emulator/scanner-emulator.ts'
import { listPlugged } from '../../../src-main/cli/devices/plugged.ts'
import { probeAddress } from '../../../src-main/cli/devices/probe.ts'
import { eventsOf, parseRecording } from '../../../src-main/devices/recording/recording.ts'
import { playToDriver } from '../../../src-main/devices/recording/play.ts'
import { loadConfig } from '../../../src-main/config/load.ts'
import { paths } from '../../../src-main/cli/paths.ts'
import { answerOf, facelane } from './run.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'facelane-devices-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('facelane devices list', () => {
  it('names what is configured, and says that no lane runs', async () => {
    const { code, ...ran } = { ...(await facelane(['devices', 'list', '--data', folder, '--json'])) }
    expect(code).toBe(0)
    const answer = answerOf({ code, ...ran }) as { configured: { key: string }[]; lane: unknown }
    expect(answer).toMatchObject({ ok: true, lane: null })
    expect(answer.configured.map(({ key }) => key)).toEqual(
      expect.arrayContaining(['printer', 'scanner', 'camera']),
    )
  })

  it('shows state and history of a running lane, and forgets a lane whose process is gone', async () => {
    const report = {
      version: 1,
      laneId: 'lane-1',
      pid: process.pid,
      writtenAtMs: 5,
      devices: [
        {
          ...{
            category: 'Scanner',
            name: 'scanner',
            address: 'serial:/dev/ttyUSB0?baud=9600',
            state: 'lost',
          },
          ...{ detailCode: 'device.noExist', sinceMs: 4, breaker: 'closed', lastHealthyAtMs: 3 },
          history: [{ atMs: 3, state: 'ready', detailCode: null }],
          statistics: null,
        },
      ],
    }
    const file = path.join(folder, 'lane', 'devices.json')
    mkdirSync(path.dirname(file))
    writeFileSync(file, JSON.stringify(report))
    const running = await facelane(['devices', 'list', '--data', folder, '--json'])
    expect(answerOf(running)).toMatchObject({
      lane: { laneId: 'lane-1' },
      configured: expect.arrayContaining([
        expect.objectContaining({
          key: 'scanner',
          lane: expect.objectContaining({
            state: 'lost',
            history: [expect.objectContaining({ state: 'ready' })],
          }),
        }),
      ]),
    })
    writeFileSync(file, JSON.stringify({ ...report, pid: 2 ** 22 + 1 }))
    expect(answerOf(await facelane(['devices', 'list', '--data', folder, '--json']))).toMatchObject({
      lane: null,
    })
  })

  it('finds USB serial ports, printers, card readers and cameras in sysfs, named by their serial numbers', async () => {
    const put = (file: string, text: string): void => {
      mkdirSync(path.dirname(path.join(folder, file)), { recursive: true })
      writeFileSync(path.join(folder, file), `${text}\n`)
    }
    const usb = 'sys/devices/pci0000:00/usb1'
    const device = (place: string, facts: Record<string, string>): void => {
      for (const [name, text] of Object.entries(facts)) put(`${usb}/${place}/${name}`, text)
      mkdirSync(path.join(folder, 'sys/bus/usb/devices'), { recursive: true })
      symlinkSync(
        path.join(folder, usb, place),
        path.join(folder, 'sys/bus/usb/devices', path.basename(place)),
      )
    }
    device('1-1', {
      idVendor: '0403',
      idProduct: '6001',
      serial: 'A50285BI',
      product: 'FT232R',
      bDeviceClass: '00',
    })
    device('1-1/1-1:1.0', { bInterfaceNumber: '00', bInterfaceClass: 'ff' })
    device('1-2', {
      idVendor: '04b8',
      idProduct: '0202',
      manufacturer: 'EPSON',
      product: 'TM-T88V',
      bDeviceClass: '00',
    })
    device('1-2/1-2:1.0', { bInterfaceNumber: '00', bInterfaceClass: '07' })
    device('1-3', { idVendor: '072f', idProduct: '2200', product: 'ACR122U', bDeviceClass: '00' })
    device('1-3/1-3:1.0', { bInterfaceNumber: '00', bInterfaceClass: '0b' })
    const link = (from: string, to: string): void => {
      mkdirSync(path.dirname(path.join(folder, from)), { recursive: true })
      symlinkSync(path.join(folder, to), path.join(folder, from))
    }
    link('sys/class/tty/ttyUSB0/device', `${usb}/1-1/1-1:1.0`)
    put('sys/class/tty/ttyS0/type', '4')
    put('sys/class/tty/ttyS1/type', '0')
    put('sys/class/video4linux/video0/name', 'A camera')
    const found = await listPlugged({ sys: path.join(folder, 'sys'), dev: '/dev' })
    expect(found.map(({ kind, address }) => [kind, address])).toEqual([
      ['serialPort', 'serial:by-id:A50285BI'],
      ['serialPort', 'serial:/dev/ttyS0'],
      ['usb', null],
      ['usbPrinter', 'usb:04b8:0202@1-2'],
      ['smartCardReader', 'pcsc:'],
      ['camera', '/dev/video0'],
    ])
  })
})

describe('facelane devices probe', () => {
  it('knows a printer that tells its model', async () => {
    const printer = await emulatePrinter({ model: 'epson-tm-t88v', bootMs: 1 })
    try {
      expect(await probeAddress(printer.address)).toMatchObject({
        model: 'TM-T88V',
        config: { printer: { model: 'epson-tm-t88v' } },
      })
    } finally {
      await printer.close()
    }
  })

  it('knows a printer, a scale and a card terminal by their answers, and nothing comes out of the printer', async () => {
    const printer = await emulatePrinter({ paper: 80, bootMs: 1 })
    const scale = await emulateScale({ bootMs: 1 })
    const terminal = await emulateTerminal()
    try {
      expect(await probeAddress(printer.address)).toMatchObject({
        result: 'found',
        device: 'printer',
        config: { printer: { address: printer.address } },
      })
      expect(await probeAddress(scale.address)).toMatchObject({ device: 'scale', model: 'toledo-8217' })
      expect(await probeAddress(terminal.address, ['terminal'])).toMatchObject({ device: 'cardTerminal' })
      expect(printer.papers()).toEqual([])
      expect(terminal.charges()).toEqual([])
    } finally {
      await Promise.all([printer.close(), scale.close(), terminal.close()])
    }
  })

  it('leaves no letter of its questions on the paper of a printer that cannot answer', async () => {
    const printer = await emulatePrinter({ paper: 80, bootMs: 1 })
    try {
      printer.setReplyFault('drop')
      expect(await probeAddress(printer.address)).toMatchObject({ result: 'silent', config: null })
      expect(printer.papers()).toEqual([])
      const [E, h] = [0x45, 0x68]
      const received = [...printer.received()]
      expect(received).toEqual(expect.arrayContaining([E, h]))
      expect(received.slice(-2)).toEqual([0x1b, 0x40])
    } finally {
      await printer.close()
    }
  })

  it('says why a port cannot be asked, and keeps silent about none', async () => {
    expect(await probeAddress('serial:/dev/facelane-none')).toMatchObject({
      result: 'unreachable',
      detail: expect.stringContaining('device.noExist') as unknown,
    })
    expect(await probeAddress('shoe:1')).toMatchObject({ result: 'unreachable' })
  })

  it('writes what it found as a configuration that loads, and overwrites nothing', async () => {
    const printer = await emulatePrinter({ paper: 80, bootMs: 1 })
    const file = path.join(folder, 'found.json')
    try {
      const args = ['devices', 'probe', '--address', printer.address, '--write', file, '--json']
      const { code, ...ran } = await facelane(args)
      expect(code).toBe(0)
      expect(answerOf({ code, ...ran })).toMatchObject({ ok: true, found: [{ device: 'printer' }] })
      const written = JSON.parse(readFileSync(file, 'utf8')) as object
      const loaded = loadConfig({ env: {}, dataDir: folder, preset: { ...written, mode: 'development' } })
      expect(loaded).toMatchObject({
        ok: true,
        value: { devices: { printer: { address: printer.address } } },
      })
      expect((await facelane(args)).code).toBe(2)
    } finally {
      await printer.close()
    }
  })
})

describe('facelane devices monitor', () => {
  it('opens the configured devices itself where no lane runs, and tells each change', async () => {
    const scanner = await emulateScanner()
    try {
      const config = path.join(folder, 'config.json')
      writeFileSync(
        config,
        JSON.stringify({ devices: { printer: null, scanner: { address: scanner.address } } }),
      )
      const main = path.join(paths.root, 'src-main', 'cli', 'main.ts')
      const args = [main, 'devices', 'monitor', '--data', folder, '--config', config, '--json']
      const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
      let said = ''
      child.stdout.on('data', (text: Buffer) => (said += text.toString()))
      const until = async (word: string): Promise<void> => {
        while (!said.includes(word)) await new Promise((resolve) => setTimeout(resolve, 20))
      }
      await until('"ready"')
      await scanner.unplug()
      await until('"lost"')
      child.kill('SIGTERM')
      await new Promise((resolve) => child.once('close', resolve))
      expect(said).toContain('"by":"own"')
    } finally {
      await scanner.close()
    }
  })
})

describe('facelane devices record and replay', () => {
  it('keeps what a scanner sent, and the driver makes the same of it again', async () => {
    const scanner = await emulateScanner({ baud: 115_200 })
    const file = path.join(folder, 'reads.ndjson')
    try {
      const args = [
        '--device',
        'scanner',
        '--address',
        scanner.address,
        '--out',
        file,
        '--seconds',
        '4',
        '--json',
      ]
      const recording = facelane(['devices', 'record', ...args])
      const timer = setInterval(() => void scanner.scan('2000000011486'), 200)
      const { code, ...ran } = await recording
      clearInterval(timer)
      expect(code).toBe(0)
      expect(answerOf({ code, ...ran })).toMatchObject({ ok: true, file })
      const kept = parseRecording(readFileSync(file, 'utf8'))
      expect(eventsOf(kept)[0]).toEqual({ data: '2000000011486', symbologyHint: null })
      const played = await playToDriver(kept, { speed: 20 })
      expect(played).toEqual({ events: eventsOf(kept), differences: 0 })
    } finally {
      await scanner.close()
    }
  })

  it.each(['terminal', 'stripeReader', 'cardReader', 'msr'])(
    'refuses to record a %s: card data',
    async (device) => {
      const out = path.join(folder, 'x')
      const { code, stderr } = await facelane([
        'devices',
        'record',
        '--device',
        device,
        '--address',
        'tcp://127.0.0.1:20007',
        '--out',
        out,
      ])
      expect(code).toBe(2)
      expect(stderr).toContain('card data')
    },
  )

  it('refuses a file that is no recording', () => {
    expect(() => parseRecording('{"hello":1}\n')).toThrow(/no recording/)
    expect(() => parseRecording('')).toThrow(/no recording/)
  })
})
