import { spawn } from 'node:child_process'
import { once } from 'node:events'
import type { Command } from '../command.ts'
import { hubCareActions, hubCareHelp, runHubCare } from '../hubCare.ts'
import { hubMembersHelp, runHubMembers } from '../hubMembers.ts'
import { hubVerifyHelp, verifyHub } from '../hubVerify.ts'
import { paths } from '../paths.ts'

const help = `facelane hub --data DIR [options]

  Runs only the hub, in the foreground. Its own options: npm run -s facelane -- hub options

${hubCareHelp}

${hubMembersHelp}

${hubVerifyHelp}`

export const command: Command = {
  help,
  async run(args, io) {
    if (args[0] === 'verify') return verifyHub(args.slice(1), io)
    if (args[0] === 'member') return runHubMembers(args.slice(1), io)
    if (hubCareActions.includes(args[0] ?? '')) return runHubCare(args, io)
    const own = args[0] === 'options' ? ['--help'] : args
    const child = spawn(process.execPath, [...process.execArgv, paths.hubMain, ...own], { stdio: 'inherit' })
    io.stop.addEventListener('abort', () => child.kill('SIGTERM'))
    const [code] = (await once(child, 'exit')) as [number | null]
    return code ?? 1
  },
}
