import { writeFileSync } from 'node:fs'
import { compileKernel, kernelBytesFile } from './wat.ts'

const base64 = Buffer.from(await compileKernel()).toString('base64')
const lines = base64.match(/.{1,100}/g) ?? []
writeFileSync(
  kernelBytesFile,
  [
    '/** `kernel.wat`, compiled by `node tests/kernel/compile.ts`; a test compares the two. */',
    'export const kernelBytes: Uint8Array<ArrayBuffer> = Uint8Array.from(',
    '  Buffer.from(',
    ...lines.map(
      (line, index) => `    ${index === 0 ? '' : '  '}'${line}'${index < lines.length - 1 ? ' +' : ','}`,
    ),
    `    'base64',`,
    '  ),',
    ')',
    '',
  ].join('\n'),
)
