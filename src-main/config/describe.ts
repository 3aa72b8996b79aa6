import { loopbackHosts } from './rules.ts'
import { valueAt } from './layers.ts'
import type { LaneConfig } from './load.ts'
import { configKeys } from './keys.ts'
import { verifyPinSync } from './pin.ts'
import { commonDefaults, developmentPin } from './profiles.ts'

/** Every key with its variable, meaning, default and example, for `--help`. */
export function describeConfig(): string {
  return configKeys
    .map(({ key, env, path, description, example }) => {
      const preset = valueAt(commonDefaults, path)
      const value =
        preset === undefined ? `such as ${JSON.stringify(example)}` : `default ${JSON.stringify(preset)}`
      return `${key}  (${env})\n    ${description}; ${value}`
    })
    .join('\n')
}

/** What a log or a support request may carry. */
export function withoutSecrets(config: LaneConfig): LaneConfig {
  const { joinToken, ...hub } = config.hub
  return {
    ...config,
    hub: joinToken === undefined ? hub : { ...hub, joinToken: '(set)' },
    // What a package takes may be secret, and only the package knows.
    drivers: config.drivers.map(({ use, category }) => ({ use, category })),
    cardTerminal: config.cardTerminal && { ...config.cardTerminal, password: '(set)' },
    staff: config.staff.map((member) => ({ ...member, pinHash: '(set)' })),
  }
}

/** What must be said loudly at every start. */
export function configWarnings(config: LaneConfig): string[] {
  const warnings: string[] = []
  if (config.bench) warnings.push('BENCH LANE: the camera plays a recording; only wallet money is taken.')
  if (config.staff.some(({ pinHash }) => verifyPinSync(pinHash, developmentPin))) {
    warnings.push(
      `The staff PIN is the one of development, ${developmentPin}: anybody can settle an age check.`,
    )
  }
  if (config.mode === 'production' && isOpenToTheNetwork(config.hub.url)) {
    warnings.push('hub.url is plain http: payment codes cross the network unencrypted. Give the hub https.')
  }
  return warnings
}

function isOpenToTheNetwork(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'http:' && !loopbackHosts.includes(hostname.replace(/^\[|\]$/g, ''))
}
