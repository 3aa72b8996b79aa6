import path from 'node:path'
import { evaluationFailure } from '../failures.ts'

/**
 * Where the file of a row lies. A row names a file inside the folder, whatever it writes: absolute paths, `..` that
 * leave it, and NUL throw `Failure` `evaluate.outsideImages`. A link inside the folder may point anywhere: whoever
 * set the folder up made it.
 */
export function imagePath(imagesDir: string, image: string, row: { table: string; line: number }): string {
  const root = path.resolve(imagesDir)
  const file = path.resolve(root, image)
  const relative = path.relative(root, file)
  const leaves = relative === '' || relative.split(path.sep)[0] === '..' || path.isAbsolute(relative)
  if (!leaves && !path.isAbsolute(image) && !image.includes('\0')) return file
  throw evaluationFailure(
    'evaluate.outsideImages',
    `find the images of ${row.table}`,
    `${row.table}: line ${row.line} names "${image.slice(0, 200).replaceAll('\0', '\\0')}", which is not a file inside the folder of --images. Write paths from that folder.`,
  )
}
