import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { keySchema } from '../../src-main/contract/values.ts'
import type { HubContext } from '../context.ts'
import { checkProof, findDeletionProof } from '../members/receipts.ts'
import { wishDeletion } from '../members/requests.ts'
import { personalExport, storedFaces } from '../members/stored.ts'
import { deletionOnItsWayPage, deletionPage } from '../pages/deletion.ts'
import { memberPage } from '../pages/member.ts'
import { noWalletPage } from '../pages/wallet.ts'
import { accountOfToken, type WalletAccount } from '../providers/wallet/accounts.ts'
import { createRateLimit } from './rate-limit.ts'
import { languageFor, sendPage } from './send-page.ts'

/** A shopper's own page about their face, behind the secret of their wallet's address, and the receipts of deletions. */
export function memberRoutes(app: FastifyInstance, context: HubContext): void {
  const { database, nowMs } = context
  const limit = createRateLimit(120, nowMs)
  const limitWishes = createRateLimit(10, nowMs)

  app.get('/w/:token/face', (request, reply) =>
    forMember(request, reply, async (account, token) => {
      limit(request.ip)
      const faces = await storedFaces(database, account.accountId)
      return sendPage(reply, 200, memberPage(languageFor(request), { account, faces, token }))
    }),
  )
  app.get('/w/:token/face.json', (request, reply) =>
    forMember(request, reply, async (account) => {
      limit(request.ip)
      const file = JSON.stringify(await personalExport(database, account, nowMs()), null, 2)
      return reply
        .type('application/json')
        .header('content-disposition', 'attachment; filename="my-face.json"')
        .send(file)
    }),
  )
  app.post('/w/:token/face/delete', (request, reply) =>
    forMember(request, reply, async ({ accountId }, token) => {
      limitWishes(request.ip)
      await database.transaction((tx) =>
        wishDeletion(tx, { accountId, askedBy: 'member', askedAtMs: nowMs() }),
      )
      return reply.redirect(`/w/${token}/face`, 303)
    }),
  )
  app.get('/d/:token', async (request, reply) => {
    limit(request.ip)
    const token = tokenOf(request)
    const proof = token === null ? null : await findDeletionProof(database, token)
    const language = languageFor(request)
    if (proof === null) return sendPage(reply, 200, deletionOnItsWayPage(language))
    return sendPage(reply, 200, deletionPage(language, proof, checkProof(proof)))
  })
  app.get('/d/:token/receipt.json', async (request, reply) => {
    limit(request.ip)
    const token = tokenOf(request)
    const proof = token === null ? null : await findDeletionProof(database, token)
    if (proof === null) return sendPage(reply, 404, deletionOnItsWayPage(languageFor(request)))
    return reply
      .type('application/json')
      .header('content-disposition', 'attachment; filename="deletion-receipt.json"')
      .send(JSON.stringify(proof, null, 2))
  })

  async function forMember(
    request: FastifyRequest,
    reply: FastifyReply,
    answer: (account: WalletAccount, token: string) => Promise<FastifyReply>,
  ): Promise<FastifyReply> {
    const token = tokenOf(request)
    const account = token === null ? null : await accountOfToken(database, token)
    if (account === null || token === null) return sendPage(reply, 404, noWalletPage(languageFor(request)))
    return answer(account, token)
  }
}

function tokenOf(request: FastifyRequest): string | null {
  const parsed = keySchema.safeParse((request.params as { token?: unknown }).token)
  return parsed.success ? parsed.data : null
}
