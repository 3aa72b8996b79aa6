import { ESLint } from 'eslint'
import { describe, expect, it } from 'vitest'

/** Type-aware rules need files of the project, so each ban is tried in the place of a file that exists. */
const eslint = new ESLint()

async function messages(filePath: string, code: string): Promise<(string | null)[]> {
  const [result] = await eslint.lintText(code, { filePath })
  return (result?.messages ?? []).map(({ ruleId, message }) => `${ruleId ?? 'parser'}: ${message}`)
}

const domain = 'src-main/domain/money/money.ts'
const contract = 'src-main/contract/values.ts'
const adapter = 'src-main/store/database.ts'
const hub = 'src-hub/lock.ts'
const driver = 'drivers/byte-stream/tcp.ts'
const cli = 'src-main/cli/main.ts'

const bans: readonly (readonly [string, string, string, RegExp])[] = [
  ['a clock in the domain', domain, 'export const now = Date.now()', /does not read a clock.*Take a Moment/],
  ['a clock in the contract', contract, 'export const now = new Date()', /does not read a clock/],
  [
    'a monotonic clock in the domain',
    domain,
    'export const now = performance.now()',
    /does not read a clock/,
  ],
  ['dice in the domain', domain, 'export const dice = Math.random()', /does not throw dice.*RandomPort/],
  ['the process in the domain', domain, 'export const home = process.env.HOME', /domain knows no process/],
  ['the console in an adapter', adapter, `console.log('x')`, /no-console/],
  ['the console in a driver', driver, `console.log('x')`, /no-console/],
  ['the console on the hub', hub, `console.log('x')`, /no-console/],
  ['ending the process in an adapter', adapter, 'process.exit(1)', /Only a program ends the process/],
  ['a promise nobody waits for', adapter, 'Promise.resolve(1)', /no-floating-promises/],
  ['a default export', adapter, 'export default 1', /Export by name/],
  [
    'a blind assertion',
    adapter,
    'export const f = (a?: string) => a!.length',
    /Only an index just proven in range/,
  ],
  ['any', adapter, 'export const f = (a: any) => a', /no-explicit-any/],
  [
    'a forgotten member of a union',
    adapter,
    `export function f(a: 'x' | 'y'): number { switch (a) { case 'x': return 1 } return 2 }`,
    /switch-exhaustiveness-check/,
  ],
]

describe('the linter forbids', () => {
  for (const [what, file, code, message] of bans) {
    it(`${what}, and says what to do instead`, async () => {
      expect(await messages(file, `${code}\n`)).toEqual(
        expect.arrayContaining([expect.stringMatching(message)]),
      )
    })
  }
})

describe('the linter allows', () => {
  it('a command to speak and to end the process', async () => {
    expect(await messages(cli, `console.log('x')\nprocess.exit(1)\n`)).toEqual([])
  })

  it('an index into bytes to be asserted', async () => {
    expect(await messages(adapter, 'export const f = (bytes: Uint8Array) => bytes[0]!\n')).toEqual([])
  })
})
