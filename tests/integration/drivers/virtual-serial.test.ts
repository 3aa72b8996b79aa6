import { spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { describe, expect, test } from 'vitest'
import { failureData } from '../../../src-main/contract/failure.ts'
import { createByteStream } from '../../../drivers/byte-stream/open-stream.ts'
import { openVirtualSerial } from '../../../drivers/virtual-serial/virtual-serial.ts'
import { absentNote, until, wires } from '../../conformance/drivers/support/wires.ts'

const limits = { timeoutMs: 4000 }

/** Command lines of all processes of this machine. */
function commandLines(): string[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8')
      } catch {
        return ''
      }
    })
}

describe.each(wires)(`a virtual serial port made by %s${absentNote}`, (kind) => {
  test('carries every byte value both ways, in order', async () => {
    const wire = await openVirtualSerial({ baud: 115_200, kinds: [kind] })
    const stream = createByteStream(wire.address)
    const near: number[] = []
    const far: number[] = []
    stream.onData((bytes) => near.push(...bytes))
    wire.onData((bytes) => far.push(...bytes))
    await stream.open(limits)
    const all = Uint8Array.from({ length: 1024 }, (_, i) => i & 0xff)
    await stream.write(all, limits)
    await until(() => far.length === all.length)
    wire.write(all)
    await until(() => near.length === all.length)
    expect([far, near]).toEqual([[...all], [...all]])
    await stream.close()
    await wire.close()
  })

  test('closes at once although the far end never reads, and the pending write settles', async () => {
    const wire = await openVirtualSerial({ baud: 115_200, kinds: [kind] })
    const stream = createByteStream(wire.address)
    await stream.open(limits)
    const flood = stream.write(new Uint8Array(64 * 1024 * 1024), { timeoutMs: 60_000 }).then(
      () => 'taken',
      (thrown: unknown) => failureData(thrown).code,
    )
    await stream.close()
    expect(['device.closed', 'taken']).toContain(await flood)
    await wire.close()
  })

  test('keeps its address over unplug and replug, and a driver may open it again and again', async () => {
    const wire = await openVirtualSerial({ baud: 115_200, kinds: [kind] })
    for (let round = 0; round < 3; round++) {
      const stream = createByteStream(wire.address)
      await stream.open(limits)
      await stream.close()
    }
    const { address } = wire
    const unplugging = wire.unplug()
    await Promise.all([unplugging, wire.replug(), wire.unplug()])
    await expect(createByteStream(address).open(limits)).rejects.toMatchObject({ code: 'device.noExist' })
    await wire.replug()
    expect(wire.address).toBe(address)
    const stream = createByteStream(address)
    await stream.open(limits)
    await stream.close()
    await wire.close()
  })
})

describe.each(wires.filter((kind) => kind !== 'tcp'))(`the helper %s${absentNote}`, (kind) => {
  test('ends when the process that started it is killed without warning', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'facelane-test-'))
    const link = join(folder, 'port')
    const script = `
      import { openVirtualSerial } from './drivers/virtual-serial/virtual-serial.ts'
      const wire = await openVirtualSerial({ baud: 9600, link: ${JSON.stringify(link)}, kinds: ['${kind}'] })
      process.stdout.write(wire.address)
      setInterval(() => {}, 1000)`
    const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
      cwd: new URL('../../../', import.meta.url),
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    await once(parent.stdout, 'data')
    expect(commandLines().some((line) => line.includes(link) && !line.includes('openVirtualSerial'))).toBe(
      true,
    )
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    await until(() => !commandLines().some((line) => line.includes(link)))
    await rm(folder, { recursive: true, force: true })
  })

  test('replaces a link left behind, but never a file of somebody else', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'facelane-test-'))
    const link = join(folder, 'port')
    await writeFile(link, 'precious')
    await expect(openVirtualSerial({ baud: 9600, link, kinds: [kind] })).rejects.toMatchObject({
      code: 'device.noVirtualSerial',
    })
    expect(readFileSync(link, 'utf8')).toBe('precious')
    await rm(folder, { recursive: true, force: true })
  })

  test('leaves nothing in the file system after closing', async () => {
    const wire = await openVirtualSerial({ baud: 9600, kinds: [kind] })
    const path = wire.address.replace(/^serial:/, '').replace(/\?.*/, '')
    expect(existsSync(path)).toBe(true)
    await wire.close()
    expect(existsSync(path)).toBe(false)
  })
})
