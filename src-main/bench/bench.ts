import type { ReaderFault } from '../../drivers/virtual-serial/virtual-hid.ts'
import type { BenchCommand, BenchView, SideDeviceKey } from '../contract/bench.ts'
import { Failure } from '../contract/failure.ts'
import type { CommandResult } from '../contract/laneCommand.ts'
import type { LaneHostPort } from '../contract/channels.ts'
import { unreachable } from '../contract/result.ts'
import type { LogPort } from '../ports/log.ts'
import type { CatalogueReader } from '../ports/store.ts'
import type { BenchCamera } from './benchCamera.ts'
import { pageSourceId } from './benchCamera.ts'
import type { EmulatedDevices } from './emulatedDevices.ts'
import { armTerminal, fiscalView, setFiscalFault, terminalView } from './moneyDevices.ts'
import type { Operator } from './operator.ts'
import { sideDevicesOf } from './side/views.ts'

/** Starts and stops the bench's own hub, to see what the lane does without one. */
export interface HubSwitch {
  running(): boolean
  start(): Promise<unknown>
  stop(): Promise<void>
}

export interface BenchDeps {
  readonly devices: EmulatedDevices
  /** Null when the lane looks through the page's camera only. */
  readonly camera: BenchCamera | null
  /** What can stand in front of the camera, in the order of the panel. */
  readonly sources: readonly { readonly id: string; readonly label: string }[]
  readonly catalogue: CatalogueReader
  readonly hub: HubSwitch | null
  readonly staffPin: string | null
  /** What hangs on the relays or tiers of the lamp. */
  readonly lampColours: readonly string[]
  readonly log: LogPort
}

export interface Bench extends NonNullable<LaneHostPort['bench']> {
  /** The hub's operator side is there: its wallets belong to the bench. */
  meetHub(operator: Operator): Promise<void>
  /** Wallets and balances as the hub has them now. */
  refreshWallets(): Promise<void>
  changed(): void
}

type BenchPrinter = NonNullable<BenchView['printer']>
type BenchScanner = NonNullable<BenchView['scanner']>

/** Later than any driver waits for an answer. */
const lateMs = 3000
const floodReports = 200
const shownItems = 24
const keptPapers = 12
const accepted: CommandResult = { kind: 'accepted' }

/** The emulated world around a development lane: shelves, scanner trigger, paper, faces, phones, and the hub's plug. */
export function createBench(deps: BenchDeps): Bench {
  const { devices, camera, catalogue, hub } = deps
  let operator: Operator | null = null
  const listeners = new Set<(view: BenchView) => void>()
  const pictures = new Map<string, { png: Uint8Array; copy: boolean }>()
  let version = 0
  let query = ''
  let wallets: BenchView['wallets'] = []
  let drawn = 0
  let printerFault: BenchPrinter['fault'] = 'none'
  let scannerFault: BenchScanner['fault'] = 'none'
  const side = sideDevicesOf(devices, deps.lampColours)

  function changed(): void {
    version += 1
    if (listeners.size === 0) return
    const view = currentView()
    for (const listener of listeners) listener(view)
  }

  /** Papers are drawn once, when they leave the printer. */
  async function drawPapers(): Promise<void> {
    const papers = devices.printer?.papers() ?? []
    const fresh = papers.filter(({ number }) => number > drawn)
    drawn = fresh.at(-1)?.number ?? drawn
    for (const paper of fresh) {
      const png = await paper.png()
      pictures.set(String(paper.number), { png, copy: /COPY|副本/.test(paper.jobText) })
      const [oldest] = pictures.keys()
      if (pictures.size > keptPapers && oldest !== undefined) pictures.delete(oldest)
    }
    if (fresh.length > 0) changed()
  }

  function printerView(): BenchView['printer'] {
    const { printer } = devices
    if (!printer) return null
    const state = printer.state()
    return {
      address: printer.address,
      paperMm: printer.profile.paperMm,
      state: printerWord(state),
      paperLeftMm: Math.round(state.paperMm),
      drawer: state.drawer,
      fault: printerFault,
      papers: [...pictures].map(([id, { copy }]) => ({ id, copy })),
    }
  }

  function currentView(): BenchView {
    return {
      version,
      printer: printerView(),
      scanner: devices.scanner && {
        address: devices.scanner.address,
        plugged: devices.scanner.state().plugged,
        fault: scannerFault,
      },
      side: side.map((device) => device.view()),
      terminal: devices.terminal && terminalView(devices.terminal),
      fiscal: devices.fiscal && fiscalView(devices.fiscal),
      camera: camera && {
        kind: camera.wantsPage() ? 'renderer' : 'replay',
        sources: [...deps.sources, { id: pageSourceId, label: "This computer's camera" }],
        sourceId: camera.sourceId(),
      },
      wallets: [...wallets],
      hub: { running: hub?.running() ?? operator !== null, controllable: hub !== null },
      items: [...catalogue.list({ limit: shownItems, query })],
      staffPin: deps.staffPin,
    }
  }

  async function refreshWallets(): Promise<void> {
    if (!operator) return
    const accounts = await operator.accounts().catch(() => null)
    if (!accounts) return
    wallets = accounts.map(({ accountId, maskedName, maskedAccount, balanceMinor, walletUrl }) => ({
      accountId,
      name: `${maskedName} ${maskedAccount}`,
      balanceMinor,
      url: walletUrl,
    }))
    changed()
  }

  const sideOf = (key: SideDeviceKey) => side.find((device) => device.key === key)

  async function run(command: BenchCommand): Promise<CommandResult> {
    const { printer, scanner, terminal, fiscal } = devices
    switch (command.type) {
      case 'bench:scan':
        await scanner?.scan(command.text)
        return accepted
      case 'bench:scanGarbled':
        await scanner?.garble()
        return accepted
      case 'bench:scanWalletCode':
        await scanner?.scan((await operator?.issueCode(command.accountId)) ?? '')
        void refreshWallets()
        return accepted
      case 'bench:camera':
        return (await camera?.choose(command.sourceId)) ? accepted : refused('noSuchSource')
      case 'bench:printerCover':
        if (command.open) printer?.openCover()
        else printer?.closeCover()
        return accepted
      case 'bench:printerPaper':
        printer?.setPaper(command.millimetres)
        return accepted
      case 'bench:printerPowerCycle':
        printer?.powerCycle()
        return accepted
      case 'bench:printerJam':
        if (command.jammed) printer?.jam()
        else printer?.clearJam()
        return accepted
      case 'bench:printerFault':
        printerFault = command.fault
        printer?.setReplyFault(command.fault === 'late' ? { lateMs } : command.fault)
        return accepted
      case 'bench:drawerClose':
        printer?.closeDrawer()
        return accepted
      case 'bench:scannerFault':
        scannerFault = command.fault
        scanner?.setFault(readerFaultOf(command.fault))
        return accepted
      case 'bench:sideAction':
        return (await sideOf(command.device)?.act(command.action)) ? accepted : refused('noSuchAction')
      case 'bench:sideSlider':
        return sideOf(command.device)?.slide(command.value) ? accepted : refused('noSuchDevice')
      case 'bench:sideFault':
        return sideOf(command.device)?.setFault(command.fault) ? accepted : refused('noSuchFault')
      case 'bench:plug': {
        const device = { printer, scanner, terminal }[command.device]
        await (command.plugged ? device?.replug() : device?.unplug())
        return accepted
      }
      case 'bench:card':
        terminal?.presentCard(command.id)
        return accepted
      case 'bench:terminalCancel':
        terminal?.pressCancel()
        return accepted
      case 'bench:terminalPowerCycle':
        await terminal?.powerCycle()
        return accepted
      case 'bench:terminalFault':
        return terminal === null || armTerminal(terminal, command.fault) ? accepted : refused('noSuchFault')
      case 'bench:fiscal':
        if (fiscal !== null) await setFiscalFault(fiscal, command.fault)
        return accepted
      case 'bench:hub':
        if (hub && command.running !== hub.running()) await (command.running ? hub.start() : hub.stop())
        void refreshWallets()
        return hub ? accepted : refused('notControllable')
      case 'bench:items':
        query = command.query
        return accepted
      default:
        return unreachable(command)
    }
  }

  devices.printer?.onChange(() => {
    void drawPapers()
    changed()
  })
  devices.scanner?.onChange(changed)
  devices.terminal?.onChange(changed)
  devices.fiscal?.onChange(changed)
  side.forEach((device) => device.onChange(changed))

  return {
    view: currentView,
    onView(listener) {
      listeners.add(listener)
      listener(currentView())
      return () => listeners.delete(listener)
    },
    async command(command) {
      try {
        const result = await run(command)
        changed()
        return result
      } catch (thrown) {
        if (!(thrown instanceof Failure)) throw thrown
        deps.log.warn({ failure: thrown.toJSON() }, 'bench command')
        return refused(thrown.code)
      }
    },
    paper: (id) => pictures.get(id)?.png ?? null,
    async meetHub(met) {
      operator = met
      await refreshWallets()
    },
    refreshWallets,
    changed,
  }
}

function readerFaultOf(kind: BenchScanner['fault']): ReaderFault | null {
  switch (kind) {
    case 'none':
      return null
    case 'late':
      return { kind, ms: lateMs }
    case 'flood':
      return { kind, reports: floodReports }
    case 'slow':
    case 'garble':
    case 'duplicate':
    case 'silent':
      return { kind }
    default:
      return unreachable(kind)
  }
}

function refused(code: string): CommandResult {
  return { kind: 'refused', code }
}

function printerWord(state: {
  plugged: boolean
  powered: boolean
  cover: 'closed' | 'open'
  paper: string
  jammed: boolean
  bufferedBytes: number
}): NonNullable<BenchView['printer']>['state'] {
  if (!state.plugged) return 'unplugged'
  if (state.jammed) return 'jammed'
  if (state.cover === 'open') return 'coverOpen'
  if (state.paper === 'empty') return 'paperEmpty'
  return state.bufferedBytes > 0 || !state.powered ? 'busy' : 'ready'
}
