import { z } from 'zod'
import {
  privateKeySchema,
  publicKeySchema,
  refuseInProduction,
  timetableSchema,
  webAddressSchema,
} from '../kit/config-parts.ts'

/** WeChat Pay's contract of one merchant (API v3), as `--providers` names it; keys already read from their files. */
export const wechatConfigSchema = z
  .strictObject({
    /** Play money: the simulator. Only then a bench lane may pay with it. */
    sandbox: z.boolean().default(false),
    baseUrl: webAddressSchema.default('https://api.mch.weixin.qq.com'),
    appId: z.string().min(1).max(32),
    mchId: z.string().regex(/^\d{8,32}$/, 'must be digits'),
    /** Serial number of the merchant's API certificate. */
    merchantSerial: z.string().min(1).max(64),
    /** Of the same certificate. */
    privateKey: privateKeySchema,
    /** WeChat Pay's public keys by their ids (`PUB_KEY_ID_…`), the current one first: two while it changes. */
    platformKeys: z
      .array(z.strictObject({ serial: z.string().min(1), publicKey: publicKeySchema }))
      .min(1)
      .max(4),
    /** Printed on the shopper's bill. */
    description: z.string().min(1).max(127).default('Facelane'),
    storeId: z.string().min(1).max(32).default('store'),
    /** Of one call. */
    timeoutMs: z.number().int().min(500).max(20_000).default(8000),
    timetable: timetableSchema.exactOptional(),
  })
  .superRefine((config, context) => refuseInProduction(config, config.baseUrl, 'baseUrl', context))
export type WechatConfig = z.infer<typeof wechatConfigSchema>
