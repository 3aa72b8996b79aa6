import { builtinModules } from 'node:module'
import path from 'node:path'
import { layers, packageHomes } from './layer-table.js'

/** @typedef {import('./layer-table.js').Layer} Layer */

const messages = {
  unplaced:
    '{{file}} belongs to no layer. Add its folder to eslint/layer-table.js and say what it may import.',
  layer: '{{from}} may not import {{to}} ({{target}}). {{instead}}',
  sibling: 'A driver may not import another driver ({{target}}). {{instead}}',
  package: '{{from}} may not import the package "{{name}}". {{instead}}',
  node: '{{from}} may not import "{{name}}". {{instead}}',
  home: 'Only {{home}} may import "{{name}}". {{instead}}',
  outside: '"{{target}}" lies outside the repository. Import a file of the project or a package by its name.',
}

/** @param {string} pattern */
function toRegExp(pattern) {
  const escaped = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')
  return new RegExp(`^${escaped}${pattern.endsWith('/') ? '' : '$'}`)
}

const placed = layers.map((layer) => ({ layer, patterns: layer.paths.map(toRegExp) }))

/** The layer of a file given from the repository root with forward slashes. @param {string} file */
export function layerOf(file) {
  return placed.find(({ patterns }) => patterns.some((pattern) => pattern.test(file)))?.layer
}

/** The package a bare specifier belongs to: "@scope/name/sub" is of "@scope/name". @param {string} specifier */
export function packageOf(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}

/** @param {string} specifier */
function isBuiltin(specifier) {
  return specifier.startsWith('node:') || builtinModules.includes(specifier)
}

/** The folder of one driver, such as "drivers/printer". @param {string} file */
function driverFolder(file) {
  return file.split('/').slice(0, 2).join('/')
}

/**
 * @typedef {{ messageId: keyof typeof messages, data: Record<string, string> }} Finding
 * @param {Layer} from @param {string} file @param {string} target @returns {Finding | undefined}
 */
function judgeFile(from, file, target) {
  if (target.startsWith('../')) return { messageId: 'outside', data: { target } }
  const to = layerOf(target)
  if (to === undefined) return { messageId: 'unplaced', data: { file: target } }
  const bothDrivers = isDriver(from) && isDriver(to)
  if (bothDrivers && driverFolder(file) !== driverFolder(target)) {
    return { messageId: 'sibling', data: { target, instead: from.instead } }
  }
  if (to === from || from.layers === 'any' || from.layers.includes(to.name)) return undefined
  return { messageId: 'layer', data: { from: from.name, to: to.name, target, instead: from.instead } }
}

/** @param {Layer} layer */
function isDriver(layer) {
  return layer.name === 'drivers' || layer.name === 'emulators'
}

/**
 * @param {Layer} from @param {string} file @param {string} specifier @param {boolean} typeOnly
 * @returns {Finding | undefined}
 */
function judgePackage(from, file, specifier, typeOnly) {
  const data = { from: from.name, name: specifier, instead: from.instead }
  if (isBuiltin(specifier)) return from.node ? undefined : { messageId: 'node', data }
  const name = packageOf(specifier)
  const homed = packageHomes.find((candidate) => candidate.name === name)
  if (homed !== undefined && !file.startsWith(homed.home)) {
    const typesAllowed = typeOnly && homed.typesElsewhere.some((folder) => file.startsWith(folder))
    if (!typesAllowed) return { messageId: 'home', data: { home: homed.home, name, instead: homed.instead } }
  }
  if (from.packages === 'any' || from.packages.includes(name)) return undefined
  return { messageId: 'package', data: { ...data, name } }
}

/**
 * What is wrong with one import, or undefined.
 * @param {string} file from the repository root, forward slashes
 * @param {string} specifier as written
 * @param {boolean} typeOnly erased before the code runs
 * @returns {Finding | undefined}
 */
export function judgeImport(file, specifier, typeOnly) {
  const from = layerOf(file)
  if (from === undefined) return { messageId: 'unplaced', data: { file } }
  if (!specifier.startsWith('.')) return judgePackage(from, file, specifier, typeOnly)
  const [bare] = specifier.split('?')
  const target = path.posix.normalize(path.posix.join(path.posix.dirname(file), bare ?? specifier))
  return judgeFile(from, file, target)
}

/** @type {import('eslint').Rule.RuleModule} */
export const layersRule = {
  meta: {
    type: 'problem',
    docs: { description: 'Imports follow the layers of eslint/layer-table.js.' },
    messages,
    schema: [],
  },
  create(context) {
    const file = path.relative(context.cwd, context.filename).split(path.sep).join('/')

    /** @param {any} source the specifier's node @param {boolean} typeOnly */
    function check(source, typeOnly) {
      if (typeof source?.value !== 'string') return
      const finding = judgeImport(file, source.value, typeOnly)
      if (finding !== undefined) context.report({ node: source, ...finding })
    }

    return {
      ImportDeclaration: (/** @type {any} */ node) => check(node.source, node.importKind === 'type'),
      ExportNamedDeclaration: (/** @type {any} */ node) => check(node.source, node.exportKind === 'type'),
      ExportAllDeclaration: (/** @type {any} */ node) => check(node.source, node.exportKind === 'type'),
      ImportExpression: (/** @type {any} */ node) => check(node.source, false),
      TSImportType: (/** @type {any} */ node) => check(node.source ?? node.argument?.literal, true),
    }
  },
}
