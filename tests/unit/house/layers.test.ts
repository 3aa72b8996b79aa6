import { RuleTester } from 'eslint'
import tseslint from 'typescript-eslint'
import { describe, expect, it } from 'vitest'
import { layers, packageHomes } from '../../../eslint/layer-table.js'
import { judgeImport, layerOf, layersRule, packageOf } from '../../../eslint/layers.js'

RuleTester.describe = describe
RuleTester.it = it

const tester = new RuleTester({ languageOptions: { parser: tseslint.parser } })
const cwd = process.cwd()

function valid(file: string, code: string): RuleTester.ValidTestCase {
  return { name: `${file} may: ${code}`, filename: `${cwd}/${file}`, code }
}

function invalid(file: string, code: string, message: string): RuleTester.InvalidTestCase {
  return { name: `${file} may not: ${code}`, filename: `${cwd}/${file}`, code, errors: [{ message }] }
}

const instead = (name: string): string => layers.find((layer) => layer.name === name)?.instead ?? ''

tester.run('facelane/layers', layersRule, {
  valid: [
    valid('src-main/contract/basket.ts', `import { z } from 'zod'`),
    valid('src-main/domain/basket.ts', `import { ok } from '../contract/result.ts'`),
    valid('src-main/ports/printer.ts', `export type { Port } from '../../drivers/printer/port.ts'`),
    valid('drivers/printer/escpos.ts', `import { open } from '../byte-stream/serial.ts'`),
    valid(
      'drivers/printer/printer-emulator.ts',
      `import { open } from '../virtual-serial/virtual-serial.ts'`,
    ),
    valid(
      'src-main/devices/supervisor.ts',
      `import { createScanner } from '../../drivers/scanner/scanner.ts'`,
    ),
    valid('src-main/lane/controller.ts', `import { pay } from '../payments/attempt.ts'`),
    valid('src-main/face/capture.ts', `import type { CameraPort } from '../../drivers/camera/port.ts'`),
    valid('src-main/shell/electron/index.ts', `import { app } from 'electron'`),
    valid('src-renderer/app.tsx', `import styles from './app.css?inline'`),
    valid('src-hub/ledger.ts', `import { createHash } from 'node:crypto'`),
    valid('tests/unit/shell-electron/stand-in.ts', `import type { App } from 'electron'`),
    valid('src-main/domain/basket.ts', `const template = 'not an import'; await import(template)`),
  ],
  invalid: [
    invalid(
      'src-main/domain/basket.ts',
      `import { open } from '../store/open.ts'`,
      `domain may not import store (src-main/store/open.ts). ${instead('domain')}`,
    ),
    invalid(
      'src-main/store/open.ts',
      `import { append } from '../journal/append.ts'`,
      `store may not import journal (src-main/journal/append.ts). ${instead('store')}`,
    ),
    invalid(
      'src-renderer/app.tsx',
      `import('../src-main/lane/controller.ts')`,
      `renderer may not import lane (src-main/lane/controller.ts). ${instead('renderer')}`,
    ),
    invalid(
      'src-hub/ledger.ts',
      `export * from '../src-main/journal/append.ts'`,
      `hub may not import journal (src-main/journal/append.ts). ${instead('hub')}`,
    ),
    invalid(
      'src-hub/ledger.ts',
      `type Entry = import('../src-main/journal/append.ts').Entry`,
      `hub may not import journal (src-main/journal/append.ts). ${instead('hub')}`,
    ),
    invalid(
      'drivers/printer/escpos.ts',
      `import { Scanner } from '../scanner/scanner.ts'`,
      `A driver may not import another driver (drivers/scanner/scanner.ts). ${instead('drivers')}`,
    ),
    invalid(
      'drivers/printer/escpos.ts',
      `import { open } from '../virtual-serial/open.ts'`,
      `drivers may not import virtual serial (drivers/virtual-serial/open.ts). ${instead('drivers')}`,
    ),
    invalid(
      'src-main/domain/basket.ts',
      `import { z } from 'zod'`,
      `domain may not import the package "zod". ${instead('domain')}`,
    ),
    invalid(
      'src-main/contract/basket.ts',
      `import { createHash } from 'node:crypto'`,
      `contract may not import "node:crypto". ${instead('contract')}`,
    ),
    invalid(
      'src-renderer/app.tsx',
      `import fs from 'fs'`,
      `renderer may not import "fs". ${instead('renderer')}`,
    ),
    invalid(
      'src-main/runtime.ts',
      `import { app } from 'electron'`,
      `Only src-main/shell/electron/ may import "electron". ${packageHomes[0]?.instead ?? ''}`,
    ),
    invalid(
      'tests/unit/shell-electron/gate.test.ts',
      `import { app } from 'electron'`,
      `Only src-main/shell/electron/ may import "electron". ${packageHomes[0]?.instead ?? ''}`,
    ),
    invalid(
      'src-main/attic/thing.ts',
      `import { ok } from '../contract/result.ts'`,
      'src-main/attic/thing.ts belongs to no layer. Add its folder to eslint/layer-table.js and say what it may import.',
    ),
    invalid(
      'src-main/lane/controller.ts',
      `import { thing } from '../attic/thing.ts'`,
      'src-main/attic/thing.ts belongs to no layer. Add its folder to eslint/layer-table.js and say what it may import.',
    ),
    invalid(
      'src-main/lane/controller.ts',
      `import { thing } from '../../../elsewhere/thing.ts'`,
      '"../elsewhere/thing.ts" lies outside the repository. Import a file of the project or a package by its name.',
    ),
  ],
})

describe('the layer table', () => {
  const names = layers.map((layer) => layer.name)

  it('names each layer once and refers only to layers it has', () => {
    expect(new Set(names).size).toBe(names.length)
    for (const layer of layers) {
      if (layer.layers !== 'any') expect(names).toEqual(expect.arrayContaining([...layer.layers]))
    }
  })

  it('tells every layer what to do instead, in a sentence', () => {
    for (const layer of layers) expect(layer.instead).toMatch(/^[A-Z].{20,}\.$/)
  })

  it('has no cycle, apart from a driver and its own emulator', () => {
    const allowed = new Set(['drivers', 'emulators'])
    const visit = (name: string, path: readonly string[]): void => {
      if (path.includes(name)) {
        expect(path.slice(path.indexOf(name)).every((step) => allowed.has(step))).toBe(true)
        return
      }
      const layer = layers.find((candidate) => candidate.name === name)
      if (layer === undefined || layer.layers === 'any') return
      for (const next of layer.layers) visit(next, [...path, name])
    }
    for (const name of names) visit(name, [])
  })

  it('places a file in the first layer that fits, ports and emulators before the drivers around them', () => {
    expect(layerOf('drivers/printer/port.ts')?.name).toBe('device ports')
    expect(layerOf('drivers/printer/printer-emulator.ts')?.name).toBe('emulators')
    expect(layerOf('drivers/printer/escpos.ts')?.name).toBe('drivers')
    expect(layerOf('src-main/shell/browser/server.ts')?.name).toBe('shell')
    expect(layerOf('attic/thing.ts')).toBeUndefined()
  })

  it('reads the package name out of a deep specifier', () => {
    expect(packageOf('@fastify/static/lib/x.js')).toBe('@fastify/static')
    expect(packageOf('react-dom/server')).toBe('react-dom')
    expect(judgeImport('src-main/lane/a.ts', 'ws/lib/stream.js', false)).toBeUndefined()
  })
})
