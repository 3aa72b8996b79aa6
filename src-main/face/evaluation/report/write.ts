import { mkdir, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { evaluationFailure, nativeCode } from '../failures.ts'
import type { ReportPage } from './page.ts'
import { renderPage } from './page.ts'

/** Writes `index.html` and says where. Throws `Failure` `evaluate.report`. */
export async function writeReport(folder: string, page: ReportPage): Promise<string> {
  const file = path.join(folder, 'index.html')
  try {
    await mkdir(folder, { recursive: true })
    await writeFile(file, renderPage(page))
  } catch (thrown) {
    const message = `The report cannot be written to ${file} (${nativeCode(thrown)}). Name a folder that can be written.`
    throw evaluationFailure('evaluate.report', `write ${file}`, message)
  }
  return file
}
