import { fork, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { PeerAnswer, PeerRequest } from './peerProcess.ts'

/** Exact versions, and the integrity of every package, in its package-lock.json. */
const recipeFolder = path.join(import.meta.dirname, 'peer-human')
export const peerName = '@vladmandic/human 3.3.6 (wasm)'

/** Installs the peer into an ignored folder, its scripts not run: it weighs more than the project's own tools. */
async function install(folder: string): Promise<void> {
  const done = path.join(folder, '.installed')
  if (await stat(done).catch(() => undefined)) return
  process.stderr.write(`fetching ${peerName} (42 MB) into an ignored folder\n`)
  await mkdir(folder, { recursive: true })
  await cp(recipeFolder, folder, { recursive: true })
  const cli = process.env['npm_execpath']
  const [command, prefix] = cli?.endsWith('.js') === true ? [process.execPath, [cli]] : ['npm', []]
  const args = [...prefix, 'ci', '--ignore-scripts', '--no-audit', '--no-fund']
  const npm = spawn(command, args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] })
  const [code] = (await once(npm, 'close')) as [number | null]
  if (code !== 0) {
    throw new Error(`npm could not install the peer (exit code ${code}); --no-peer measures without it`)
  }
  await writeFile(done, '')
}

/** The peer in a process of its own: nothing of ours slows it, and nothing of it slows ours. */
export class Peer {
  readonly #child: ChildProcess

  private constructor(child: ChildProcess) {
    this.#child = child
  }

  static async start(projectDir: string): Promise<Peer> {
    const folder = path.join(projectDir, 'tests/.cache/bench-peer-human')
    await install(folder)
    const child = fork(path.join(import.meta.dirname, 'peerProcess.ts'), [folder], {
      serialization: 'advanced',
    })
    const peer = new Peer(child)
    await peer.#answer()
    return peer
  }

  async analyse(picture: Uint8Array): Promise<PeerAnswer> {
    this.#child.send({ picture } satisfies PeerRequest)
    return await this.#answer()
  }

  stop(): void {
    this.#child.disconnect()
  }

  async #answer(): Promise<PeerAnswer> {
    const over = new AbortController()
    const ended = once(this.#child, 'exit', over).then(([code]) => {
      throw new Error(`The peer ended with exit code ${code}`)
    })
    try {
      const [answer] = (await Promise.race([once(this.#child, 'message', over), ended])) as [PeerAnswer]
      return answer
    } finally {
      over.abort()
      ended.catch(() => undefined)
    }
  }
}
