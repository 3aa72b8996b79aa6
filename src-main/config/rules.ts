import type { ConfigProblem } from './problems.ts'
import { developmentPin } from './profiles.ts'
import { verifyPinSync } from './pin.ts'
import { optionalDevices } from './devices.ts'
import { emulated } from './doc.ts'
import { configuredAs } from './drivers.ts'
import type { ConfigValues } from './schema.ts'

type PlaceOf = (path: readonly PropertyKey[]) => string
export const loopbackHosts = ['127.0.0.1', '::1', 'localhost']

interface Finding {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** What no single key can say: rules between keys, and what production refuses. */
export function ruleProblems(config: ConfigValues, placeOf: PlaceOf): ConfigProblem[] {
  const production = config.mode === 'production' ? productionFindings(config) : []
  return [
    ...everywhere(config).map((finding) => problem('config.invalid', finding, placeOf)),
    ...production.map((finding) => problem('config.notInProduction', finding, placeOf)),
  ]
}

function everywhere(config: ConfigValues): Finding[] {
  const { hub, profile, devices, drivers, fiscal, tenders } = config
  const findings = [...driverFindings(config), ...lentFindings(config), ...vendingFindings(config)]
  if (hub.joinToken !== undefined && hub.joinTokenFile !== undefined) {
    findings.push({
      path: ['hub', 'joinTokenFile'],
      message: 'is given beside hub.joinToken. Keep one of the two',
    })
  }
  if (devices.camera.kind === 'v4l2' && devices.camera.device === undefined) {
    findings.push({
      path: ['devices', 'camera', 'device'],
      message: 'is missing: a "v4l2" camera needs its device file, such as /dev/video0',
    })
  }
  const scans = devices.scanner !== null || drivers.some(({ category }) => category === 'Scanner')
  if (!scans && profile !== 'vending') {
    findings.push({
      path: ['devices', 'scanner'],
      message: `is null, but a ${profile} lane sells by barcode. Give it an address`,
    })
  }
  if (tenders.walletFace.length > 0 && tenders.walletFaceSimulator === undefined) {
    findings.push({
      path: ['tenders', 'walletFace'],
      message:
        'names wallets, and nothing says where their face devices are. Give tenders.walletFaceSimulator, or empty the list',
    })
  }
  if (fiscal.country !== 'none' && fiscal.address === undefined) {
    findings.push({
      path: ['fiscal', 'address'],
      message: `is missing, and ${fiscal.country} wants sales signed. Say where the fiscal device is: tcp://HOST:PORT`,
    })
  }
  return findings
}

/** What sells by itself needs a machine, slots, and money that needs nobody. */
function vendingFindings({ profile, devices, drivers, vending, cash, tax }: ConfigValues): Finding[] {
  if (profile !== 'vending') return []
  const findings: Finding[] = []
  const byPackage = drivers.some(({ category }) => category === 'VendingController')
  if (devices.vending === null && !byPackage) {
    findings.push({
      path: ['devices', 'vending'],
      message: 'is null, but a vending lane gives out through a machine. Give its address and model',
    })
  }
  if (devices.vending?.model === 'qibixx') {
    findings.push({
      path: ['devices', 'vending', 'model'],
      message:
        'is "qibixx", a machine with a controller and keys of its own, which this version does not sell at. Use "motor-board"',
    })
  }
  if (vending.slots.length === 0) {
    findings.push({
      path: ['vending', 'slots'],
      message: 'is empty, so that nothing can be chosen. Say which article lies in which slot',
    })
  }
  if (cash.enabled) {
    findings.push({
      path: ['cash', 'enabled'],
      message: 'is true, and nobody stands at a vending machine to take cash. Set it to false',
    })
  }
  if (tax.prices === 'exclusive') {
    findings.push({
      path: ['tax', 'prices'],
      message: 'is "exclusive", and a slot shows what its article costs. Use "inclusive"',
    })
  }
  return findings
}

/** One device of a kind: two drivers for it would take turns at being right. */
function driverFindings({ devices, cardTerminal, drivers }: ConfigValues): Finding[] {
  const byKey: Readonly<Record<string, unknown>> = {
    cardTerminal,
    ...Object.fromEntries(Object.entries(devices).map(([name, device]) => [`devices.${name}`, device])),
  }
  return drivers.flatMap(({ use, category }, index) => {
    const path = ['drivers', index, 'category']
    const first = drivers.findIndex((other) => other.category === category)
    if (first < index) {
      return [
        { path, message: `is ${category} twice: ${use} and ${drivers[first]?.use ?? ''}. Keep one of them` },
      ]
    }
    const key = configuredAs[category]
    if (key === null || (byKey[key] ?? null) === null) return []
    return [
      {
        path,
        message: `is ${category}, and ${key} is configured as well. Set ${key} to null, or leave ${use} out`,
      },
    ]
  })
}

/** Devices on a connection that another one keeps. */
function lentFindings({ devices: { cashDrawer, printer, toneIndicator, lights } }: ConfigValues): Finding[] {
  const findings: Finding[] = []
  if (cashDrawer !== null && printer === null) {
    findings.push({
      path: ['devices', 'cashDrawer'],
      message: 'is opened through the receipt printer, and devices.printer is null. Configure the printer',
    })
  }
  if (toneIndicator?.address === 'lights' && lights === null) {
    findings.push({
      path: ['devices', 'toneIndicator', 'address'],
      message:
        'is "lights", and devices.lights is null. Configure the lamp, or give the address of a relay board',
    })
  }
  return findings
}

function productionFindings(config: ConfigValues): Finding[] {
  const { camera } = config.devices
  const findings: Finding[] = []
  if (camera.kind === 'replay') {
    findings.push({
      path: ['devices', 'camera', 'kind'],
      message: 'is a replayed camera, whose faces nobody stands behind. Use "renderer"',
    })
  }
  for (const name of ['printer', 'scanner', ...optionalDevices] as const) {
    if (config.devices[name]?.address === emulated) findings.push(emulatedDevice(name))
  }
  if (config.cardTerminal?.address === emulated) {
    findings.push({
      path: ['cardTerminal', 'address'],
      message: 'is "emulated", whose cards are nobody\'s. Give it tcp://HOST:PORT or serial:PATH',
    })
  }
  if (config.fiscal.country !== 'none' && config.fiscal.address === emulated) {
    findings.push({
      path: ['fiscal', 'address'],
      message: 'is "emulated", whose signatures prove nothing. Give it tcp://HOST:PORT',
    })
  }
  if (config.tenders.walletFaceSimulator !== undefined) {
    findings.push({
      path: ['tenders', 'walletFaceSimulator'],
      message: 'is a simulator, which recognises anybody. Take it out',
    })
  }
  if (!loopbackHosts.includes(config.http.host)) {
    findings.push({
      path: ['http', 'host'],
      message: 'would offer the screen to the network. Use 127.0.0.1',
    })
  }
  return [...findings, ...staffFindings(config)]
}

function staffFindings({ staff }: ConfigValues): Finding[] {
  if (staff.length === 0) {
    return [
      { path: ['staff'], message: 'is empty: nobody could settle an age check. Name at least one person' },
    ]
  }
  return staff.flatMap(({ pinHash }, index) => {
    if (!verifyPinSync(pinHash, developmentPin)) return []
    const message = 'is the PIN of development, which everybody can read in the source. Choose another PIN'
    return [{ path: ['staff', index, 'pinHash'], message }]
  })
}

function emulatedDevice(device: string): Finding {
  return {
    path: ['devices', device, 'address'],
    message: 'is "emulated", which is no device at all. Give it serial:PATH or tcp://HOST:PORT',
  }
}

function problem(code: ConfigProblem['code'], { path, message }: Finding, placeOf: PlaceOf): ConfigProblem {
  const key = path.join('.')
  const place = placeOf(path)
  const where = place === '' ? '' : ` (${place})`
  const mode = code === 'config.notInProduction' ? ', or set mode to "development"' : ''
  return { code, key, place, message: `${key}${where} ${message}${mode}.` }
}
