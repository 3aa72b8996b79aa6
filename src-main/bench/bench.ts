import type { BenchCommand, BenchView } from '../contract/bench.ts'
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
  readonly log: LogPort
}

export interface Bench extends NonNullable<LaneHostPort['bench']> {
  /** The hub's operator side is there: its wallets belong to the bench. */
  meetHub(operator: Operator): Promise<void>
  /** Wallets and balances as the hub has them now. */
  refreshWallets(): Promise<void>
  changed(): void
}

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

  function changed(): void {
    version += 1
    if (listeners.size === 0) return
    const view = currentView()
    for (const listener of listeners) listener(view)
  }

  /** Papers are drawn once, when they leave the printer. */
  async function drawPapers(): Promise<void> {
    const papers = devices.printer?.papers() ?? []
    const fresh = papers.slice(drawn)
    drawn = papers.length
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
      },
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
    cameraPreview: () => camera?.preview() ?? null,
    async meetHub(met) {
      operator = met
      await refreshWallets()
    },
    refreshWallets,
    changed,
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
