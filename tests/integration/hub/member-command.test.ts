import { describe, expect, it } from 'vitest'
import { answerOf, facelane } from '../cli/run.ts'
import { newAccount, newKey, useHubs } from './harness.ts'

const hubs = useHubs()

describe('facelane hub member', () => {
  it('gives an account a card, lists and blocks it, and never says its number', async () => {
    const hub = await hubs.start()
    const accountId = await newAccount(hub)
    const where = ['--hub', hub.url, '--operator-token-file', hub.operatorTokenFile]
    const member = (args: readonly string[], input?: string) =>
      facelane(['hub', 'member', ...args, ...where], input)
    expect((await member(['accounts'])).stdout).toContain(`${accountId}  *小明`)

    const added = await member(['add', accountId, '-', '--json'], '8800123456\n')
    expect(added.code).toBe(0)
    const { card } = answerOf(added) as { card: { memberKey: string } }
    expect(card).toMatchObject({ accountId, maskedNumber: '****3456', state: 'active' })
    expect(await member(['add', accountId, '8800123456'])).toMatchObject({
      code: 0,
      stdout: `${card.memberKey}  ${accountId}  *小明  ****3456  active\n`,
    })

    const blocked = await member(['block', card.memberKey, '--json'])
    expect(answerOf(blocked)).toMatchObject({ ok: true, card: { state: 'blocked' } })
    const listed = await member(['list', '--json'])
    expect(answerOf(listed)).toMatchObject({ ok: true, cards: [{ state: 'blocked' }] })
    expect((await member(['unblock', card.memberKey])).stdout).toContain('active')

    const unknown = await member(['block', newKey()])
    expect(unknown).toMatchObject({ code: 1, stdout: '' })
    expect(unknown.stderr).toContain('There is no such card.')
    const wrong = await member(['add', accountId, '88 00', '--json'])
    expect(answerOf(wrong)).toMatchObject({ ok: false, error: { code: 'hub.operatorRefused' } })
    for (const { stdout, stderr } of [added, blocked, listed, wrong])
      expect(stdout + stderr).not.toContain('8800123456')
  })

  it('explains itself, and what is missing', async () => {
    const help = await facelane(['hub', 'member', '--help'])
    expect(help).toMatchObject({ code: 0 })
    expect(help.stdout).toContain('facelane hub member add ACCOUNT NUMBER')
    const nothing = await facelane(['hub', 'member', 'sell'])
    expect(nothing.code).toBe(2)
    expect(nothing.stderr).toContain('accounts, add, list, block, unblock')
  })
})
