import type { ConfigProblem } from './problems.ts'
import { developmentPin } from './profiles.ts'
import { verifyPinSync } from './pin.ts'
import { optionalDevices } from './devices.ts'
import { emulated } from './doc.ts'
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

function everywhere({ hub, profile, devices, fiscal, tenders }: ConfigValues): Finding[] {
  const findings: Finding[] = []
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
  if (devices.scanner === null && profile !== 'vending') {
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
