import { z } from 'zod'

export const sabotages = ['rekey', 'no-dedupe', 'ack-before-commit', 'no-tombstone'] as const
export const sabotageSchema = z.enum(sabotages)
export type Sabotage = z.infer<typeof sabotageSchema>

/** What a process of the campaign is told before it loads the product. */
export const hookPlanSchema = z.object({
  /** Timetables of seconds instead of minutes. */
  quick: z.boolean(),
  /** The scripted face path instead of camera and models. */
  faces: z.boolean(),
  sabotage: sabotageSchema.nullable(),
  /** Holds how far this process's clock goes ahead, ms; read at the start and at each SIGUSR2. */
  clockFile: z.string().nullable(),
  /** Ends with its stdin, as programs do that nobody left to stop. */
  leash: z.boolean(),
})
export type HookPlan = z.infer<typeof hookPlanSchema>

const variable = 'FACELANE_CHAOS_HOOKS'

export function loadPlan(): HookPlan {
  return hookPlanSchema.parse(JSON.parse(process.env[variable] ?? 'null'))
}

export function planEnvironment(plan: HookPlan): Record<string, string> {
  return { [variable]: JSON.stringify(plan) }
}
