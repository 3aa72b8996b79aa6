import { readdir } from 'node:fs/promises'
import path from 'node:path'
import { evaluationFailure, nativeCode } from '../failures.ts'
import type { TreePerson } from './identification.ts'

/**
 * A folder with one folder a person, as LFW comes. Every file in a person's folder that is not hidden is an image of
 * theirs, readable or not. Throws `Failure` `evaluate.noImages` when the folder cannot be listed.
 */
export async function readTree(folder: string): Promise<TreePerson[]> {
  const people = await list(folder, (entry) => entry.isDirectory())
  const tree: TreePerson[] = []
  for (const person of people) {
    const images = await list(path.join(folder, person), (entry) => !entry.isDirectory())
    tree.push({ person, images: images.map((image) => `${person}/${image}`) })
  }
  return tree
}

async function list(
  folder: string,
  wanted: (entry: { isDirectory(): boolean }) => boolean,
): Promise<string[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true })
    return entries
      .filter((entry) => !entry.name.startsWith('.') && wanted(entry))
      .map(({ name }) => name)
      .sort()
  } catch (thrown) {
    throw evaluationFailure(
      'evaluate.noImages',
      `list ${folder}`,
      `The folder ${folder} cannot be listed (${nativeCode(thrown)}). Name a folder that is there.`,
    )
  }
}
