import { z } from 'zod'

const atMs = z.number().int()
const deviceStateSchema = z.enum(['ready', 'opening', 'attention', 'lost', 'failed'])

const healthChangeSchema = z.object({
  atMs,
  state: deviceStateSchema,
  detailCode: z.string().nullable(),
})

export const reportedDeviceSchema = z.object({
  /** UnifiedPOS category; what the lane calls it, and where it is. */
  category: z.string(),
  name: z.string(),
  address: z.string(),
  state: deviceStateSchema,
  detailCode: z.string().nullable(),
  sinceMs: atMs,
  /** `open`: lost so often that it is left alone for a while; `halfOpen`: tried again. */
  breaker: z.enum(['closed', 'open', 'halfOpen']),
  /** When it was last seen well, wall clock; null when never. */
  lastHealthyAtMs: atMs.nullable(),
  /** Oldest first. */
  history: z.array(healthChangeSchema).max(32),
  /** Null before its driver was made. */
  statistics: z
    .object({
      opened: z.number().int(),
      lost: z.number().int(),
      calls: z.number().int(),
      failures: z.number().int(),
    })
    .nullable(),
})
export type ReportedDevice = z.infer<typeof reportedDeviceSchema>

/** `devices.json` in the data folder: what a running lane knows about its devices. */
export const deviceReportSchema = z.object({
  version: z.literal(1),
  laneId: z.string(),
  /** The lane's process: when it is gone, so is what stands here. */
  pid: z.number().int(),
  writtenAtMs: atMs,
  devices: z.array(reportedDeviceSchema),
})
export type DeviceReport = z.infer<typeof deviceReportSchema>
