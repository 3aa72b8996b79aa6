import path from 'node:path'

/** Where things lie in a checkout or an installed package; `root` is the folder with package.json. */
export interface ProjectPaths {
  readonly root: string
  readonly modelManifest: string
  readonly modelPacks: string
  readonly thresholds: string
  readonly catalogueFixture: string
  readonly peopleManifest: string
  /** Recordings made from sample photographs; never in git. */
  readonly people: string
  readonly renderer: string
  readonly hubMain: string
}

export function projectPaths(root: string): ProjectPaths {
  const at = (...parts: string[]) => path.join(root, ...parts)
  return {
    root,
    modelManifest: at('models', 'manifest.json'),
    modelPacks: at('models', 'packs'),
    thresholds: at('models', 'thresholds.json'),
    catalogueFixture: at('fixtures', 'catalogue', 'supermarket.csv'),
    peopleManifest: at('fixtures', 'people', 'manifest.json'),
    people: at('tests', '.cache', 'people'),
    renderer: at('out', 'renderer'),
    hubMain: at('src-hub', 'main.ts'),
  }
}
