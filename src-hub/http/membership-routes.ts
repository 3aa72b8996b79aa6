import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { addMemberCardRequestSchema, memberCardsPath } from '../../src-main/contract/membership.ts'
import { keySchema } from '../../src-main/contract/values.ts'
import type { HubContext } from '../context.ts'
import { addCard, findCard, listCards, setCardState } from '../membership/cards.ts'
import { pointsBalance } from '../providers/points/accounts.ts'
import { findAccount } from '../providers/wallet/accounts.ts'
import { Refusal } from '../refusal.ts'
import { bodyBytes, readBody, readParams } from './bodies.ts'
import { createRateLimit } from './rate-limit.ts'
import { signedRoute } from './signed-route.ts'

/** A shopper shows a card once or twice; more is somebody who tries numbers out. */
const lookUpsPerMinute = 30

/** The lane's question whose card was shown. Its number stands in the body only, and the answer is not recorded. */
export function memberLookUpRoute(app: FastifyInstance, context: HubContext, earnPermille: number): void {
  const { database, secrets } = context
  const limit = createRateLimit(lookUpsPerMinute, context.nowMs)
  signedRoute(
    app,
    context,
    'lookUpMember',
    async ({ laneId }, { memberNumber, currency }) => {
      limit(laneId)
      const card = await findCard(database, secrets, memberNumber)
      if (card === null) return { kind: 'unknown' }
      if (card.state === 'blocked') return { kind: 'blocked' }
      const { memberKey, accountId, maskedName, maskedNumber } = card
      const pointsMinor = await pointsBalance(database, accountId, currency)
      return { kind: 'member', member: { memberKey, maskedName, maskedNumber, pointsMinor, earnPermille } }
    },
    { kept: false },
  )
}

/** The operator's care for members' cards. */
export function memberCardAdministration(app: FastifyInstance, context: HubContext): void {
  const { database, secrets, nowMs } = context
  app.get(memberCardsPath, async () => ({ cards: await listCards(database) }))
  app.post(memberCardsPath, async (request) => {
    const card = readBody(addMemberCardRequestSchema, bodyBytes(request))
    return database.transaction(async (tx) => {
      if ((await findAccount(tx, card.accountId)) === null)
        throw new Refusal(404, 'wallet.accountUnknown', 'There is no such account.')
      return addCard(tx, secrets, card, nowMs())
    })
  })
  for (const [verb, state] of [
    ['block', 'blocked'],
    ['unblock', 'active'],
  ] as const) {
    app.post(`${memberCardsPath}/:memberKey/${verb}`, async (request: FastifyRequest) => {
      const { memberKey } = readParams(z.object({ memberKey: keySchema }), request)
      const card = await database.transaction((tx) => setCardState(tx, memberKey, state))
      if (card === null) throw new Refusal(404, 'member.cardUnknown', 'There is no such card.')
      return card
    })
  }
}
