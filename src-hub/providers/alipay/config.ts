import { z } from 'zod'
import {
  privateKeySchema,
  publicKeySchema,
  refuseInProduction,
  timetableSchema,
  webAddressSchema,
} from '../kit/config-parts.ts'

/** Alipay's contract of one merchant, as `--providers` names it; keys already read from their files. */
export const alipayConfigSchema = z
  .strictObject({
    /** Play money: the simulator, or Alipay's own sandbox. Only then a bench lane may pay with it. */
    sandbox: z.boolean().default(false),
    gateway: webAddressSchema.default('https://openapi.alipay.com/gateway.do'),
    appId: z.string().regex(/^\d{16}$/, 'must be 16 digits'),
    /** The application's private key, PKCS#8 or PKCS#1. */
    privateKey: privateKeySchema,
    alipayPublicKey: publicKeySchema,
    /** Printed on the shopper's bill. */
    subject: z.string().min(1).max(128).default('Facelane'),
    storeId: z.string().max(32).exactOptional(),
    /** Of one call. */
    timeoutMs: z.number().int().min(500).max(20_000).default(8000),
    timetable: timetableSchema.exactOptional(),
  })
  .superRefine((config, context) => refuseInProduction(config, config.gateway, 'gateway', context))
export type AlipayConfig = z.infer<typeof alipayConfigSchema>
