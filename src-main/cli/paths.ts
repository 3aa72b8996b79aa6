import path from 'node:path'
import { projectPaths } from '../project.ts'

/** The checkout this command runs from. */
export const paths = projectPaths(path.resolve(import.meta.dirname, '..', '..'))

/** Where the store in a box keeps its lane and its hub unless `--data` says otherwise. */
export const defaultDataDir = path.join(paths.root, 'data')

export function laneDataDir(dataDir: string): string {
  return path.join(dataDir, 'lane')
}

export function hubDataDir(dataDir: string): string {
  return path.join(dataDir, 'hub')
}
