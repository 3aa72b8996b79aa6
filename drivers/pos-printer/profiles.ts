import { epsonProfiles } from './models/epson.ts'
import { genericProfiles } from './models/generic.ts'
import { otherProfiles } from './models/others.ts'

export type { PrinterProfile } from './models/profile.ts'

/** Every model by the name that configuration gives it. */
export const printerProfiles = { ...epsonProfiles, ...otherProfiles, ...genericProfiles } as const

export type PrinterProfileId = keyof typeof printerProfiles
