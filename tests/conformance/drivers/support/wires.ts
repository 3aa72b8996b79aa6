import { spawnSync } from 'node:child_process'
import type { VirtualSerialKind } from '../../../../drivers/virtual-serial/virtual-serial.ts'

const works = (command: string, ...args: string[]): boolean => spawnSync(command, args).status === 0

const installed: Record<VirtualSerialKind, boolean> = {
  socat: works('socat', '-V'),
  python3: works('python3', '-c', 'import pty'),
  tcp: true,
}

/** The wires this machine can make, and a title part that names those it cannot. */
export const wires = (Object.keys(installed) as VirtualSerialKind[]).filter((kind) => installed[kind])
const absent = (Object.keys(installed) as VirtualSerialKind[]).filter((kind) => !installed[kind])
export const absentNote = absent.length === 0 ? '' : ` (not installed here: ${absent.join(', ')})`

/** Settles when `look` is true; the test's own time limit ends it otherwise. */
export async function until(look: () => boolean): Promise<void> {
  while (!look()) await new Promise((resolve) => setTimeout(resolve, 5))
}
