import { unreachable } from '../../src-main/contract/result.ts'
import type { Profile } from '../../src-main/contract/values.ts'

export const themes = ['light', 'dark', 'contrast'] as const
export type Theme = (typeof themes)[number]

/** Light in a bright shop; dark for a vending machine, which often stands in the dark. */
export function houseTheme(profile: Profile): Theme {
  switch (profile) {
    case 'counter':
    case 'self-checkout':
      return 'light'
    case 'vending':
      return 'dark'
    default:
      return unreachable(profile)
  }
}

export function nextTheme(theme: Theme): Theme {
  return themes[(themes.indexOf(theme) + 1) % themes.length] ?? 'light'
}
