import { writeFileSync } from 'node:fs'
import path from 'node:path'
import { compileKernel, kernelSources } from './wat.ts'

for (const source of Object.values(kernelSources)) {
  const base64 = Buffer.from(await compileKernel(source)).toString('base64')
  const lines = base64.match(/.{1,100}/g) ?? []
  const text = path.basename(source.textFile)
  writeFileSync(
    source.bytesFile,
    [
      `/** \`${text}\`, compiled by \`node tests/kernel/compile.ts\`; a test compares the two. */`,
      `export const ${source.exportName}: Uint8Array<ArrayBuffer> = Uint8Array.from(`,
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
}
