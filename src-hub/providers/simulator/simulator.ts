import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Failure, failureData } from '../../../src-main/contract/failure.ts'
import type { FaceWallet } from '../../../src-main/contract/payment.ts'
import { lockPath } from '../../lock.ts'
import { createAlipayWire } from './alipay-wire.ts'
import { type Bank, openBank } from './bank.ts'
import { createClock, type SimulatorClock } from './clock.ts'
import { control } from './control.ts'
import { device } from './device.ts'
import { createFaults, type Faults } from './faults.ts'
import { openKeys, writeHubConfiguration } from './keys.ts'
import { type LogFile, openLog } from './log-file.ts'
import { createRequestList, type RequestList } from './request-list.ts'
import { type Action, createScript, outcomeOf, type Rule, type Script, transportOf } from './script.ts'
import { hangUp, json, readCall, sendRaw } from './transport.ts'
import type { Answer, HttpCall, Seal, WalletWire } from './wallet-wire.ts'
import { createWechatWire } from './wechat-wire.ts'

export interface SimulatorOptions {
  readonly host: string
  /** 0 for any free port. */
  readonly port: number
  readonly logFile: string
  readonly keysDir: string
  readonly rules?: readonly Rule[]
  readonly faults?: { readonly rates: Faults; readonly seed: number }
  /** ms UTC; the machine's clock unless a test brings its own. */
  readonly nowMs?: () => number
}

export interface Simulator {
  readonly url: string
  readonly controlUrl: string
  readonly logFile: string
  readonly keysDir: string
  /** What a hub takes as `--providers`. */
  readonly providersFile: string
  close(): Promise<void>
}

/** What the parts of the server share. */
export interface World {
  readonly bank: Bank
  readonly script: Script
  readonly clock: SimulatorClock
  readonly requests: RequestList
  /** Until when each wallet takes no connection, by the simulator's clock. */
  readonly downUntil: Map<FaceWallet, number>
  readonly drawFaults: (seen: Parameters<Script['take']>[0]) => readonly Action[]
}

/** Both wallets in one server. Throws `Failure` `simulator.inUse`, `simulator.log` or `simulator.listen`. */
export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { logFile, keysDir, host } = options
  const undo = new AsyncDisposableStack()
  try {
    const lock = await lockPath('simulator', path.resolve(logFile), () => inUse(logFile))
    undo.defer(() => lock.release())
    const keys = openKeys(keysDir)
    const log = openLog(logFile)
    undo.defer(() => log.close())
    const world = createWorld(options, log)
    const wires = {
      alipay: createAlipayWire(world.bank, keys),
      wechat: createWechatWire(world.bank, keys, () => world.clock.now()),
    }
    const server = createServer({ keepAlive: false }, (request) => {
      serve(world, wires, request).catch(() => hangUp(request))
    })
    undo.defer(() => stop(server))
    // Buyers who were asked pay by themselves, whether or not anybody asks about it.
    const buyers = setInterval(() => world.bank.settleDue(), 50)
    undo.defer(() => clearInterval(buyers))
    const { port } = await listen(server, options)
    const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
    const providersFile = writeHubConfiguration(keysDir, url)
    const running = undo.move()
    const close = () => running.disposeAsync()
    return { url, controlUrl: `${url}/control`, logFile, keysDir, providersFile, close }
  } catch (thrown) {
    await undo.disposeAsync()
    throw thrown
  }
}

function createWorld({ nowMs, rules, faults }: SimulatorOptions, log: LogFile): World {
  const clock = createClock(nowMs ?? Date.now)
  return {
    clock,
    bank: openBank(log, () => clock.now()),
    script: createScript(rules ?? []),
    requests: createRequestList(),
    downUntil: new Map(),
    drawFaults: faults === undefined ? () => [] : createFaults(faults.rates, faults.seed),
  }
}

async function serve(
  world: World,
  wires: Record<FaceWallet, WalletWire>,
  request: IncomingMessage,
): Promise<void> {
  const http = await readCall(request)
  if (http === null) return hangUp(request)
  const { pathname } = new URL(http.target, 'http://simulator')
  if (pathname === '/gateway.do') return walletCall(world, 'alipay', wires.alipay, http, request)
  if (pathname.startsWith('/v3/')) return walletCall(world, 'wechat', wires.wechat, http, request)
  if (pathname.startsWith('/device/')) return sendRaw(request, await device(world, pathname, http))
  sendRaw(request, control(world, pathname, http) ?? json(404, { error: 'There is nothing here.' }))
}

async function walletCall(
  world: World,
  wallet: FaceWallet,
  wire: WalletWire,
  http: HttpCall,
  request: IncomingMessage,
): Promise<void> {
  const { bank, clock, downUntil } = world
  if ((downUntil.get(wallet) ?? 0) > clock.now()) return hangUp(request)
  bank.settleDue()
  const read = wire.read(http)
  if (read.kind === 'refused') {
    world.requests.add({ atMs: clock.now(), wallet, operation: null, code: read.answer.code, actions: [] })
    return sendRaw(request, wire.seal(http, read.answer, 'good'))
  }
  const { seen } = read.call
  const actions = world.script.take(seen) ?? world.drawFaults(seen)
  const down = transportOf(actions, 'down')
  if (down !== null) {
    downUntil.set(wallet, clock.now() + down.ms)
    world.requests.add({ ...seen, atMs: clock.now(), code: null, actions })
    return hangUp(request)
  }
  const delay = transportOf(actions, 'delay')
  if (delay?.where === 'request') await sleep(delay.ms)
  bank.settleDue()
  const answer = read.call.perform(outcomeOf(actions))
  world.requests.add({ ...seen, atMs: clock.now(), code: answer.code, actions })
  if (delay?.where === 'reply') await sleep(delay.ms)
  reply(wire, http, request, answer, actions)
}

function reply(
  wire: WalletWire,
  http: HttpCall,
  request: IncomingMessage,
  answer: Answer,
  actions: readonly Action[],
): void {
  if (transportOf(actions, 'loseReply') !== null) return hangUp(request)
  const form = transportOf(actions, 'garbage')?.form
  if (form === 'html') {
    const body = '<html><body><h1>502 Bad Gateway</h1></body></html>'
    return sendRaw(request, { status: 502, headers: { 'content-type': 'text/html' }, body })
  }
  const sealed = wire.seal(http, answer, form === undefined ? 'good' : seals[form])
  if (form === 'truncated') return sendRaw(request, sealed, 1, sealed.body.length)
  sendRaw(request, sealed, transportOf(actions, 'answerTwice') === null ? 1 : 2)
}

const seals: Readonly<Record<'truncated' | 'badSignature' | 'noSignature' | 'otherKey', Seal>> = {
  truncated: 'good',
  badSignature: 'bad',
  noSignature: 'none',
  otherKey: 'otherKey',
}

/** Two at one log would each charge what the other has charged. */
function inUse(logFile: string): Failure {
  return new Failure({
    code: 'simulator.inUse',
    attempted: `open ${logFile}`,
    remedy: 'staff',
    message: `Another simulator writes ${logFile}. Stop it, or give this one another --log.`,
  })
}

function listen(server: Server, { host, port }: SimulatorOptions): Promise<AddressInfo> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause) => {
      reject(
        new Failure({
          code: 'simulator.listen',
          attempted: `listen on ${host}:${port}`,
          remedy: 'staff',
          message: `The simulator cannot listen on ${host}:${port}. Is the port taken? Choose another with --port.`,
          cause: failureData(cause),
        }),
      )
    })
    server.listen(port, host, () => resolve(server.address() as AddressInfo))
  })
}

function stop(server: Server): Promise<void> {
  return new Promise((resolve) => {
    if (!server.listening) return resolve()
    server.close(() => resolve())
    server.closeAllConnections()
  })
}
