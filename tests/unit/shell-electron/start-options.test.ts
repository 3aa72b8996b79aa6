import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { shellPaths, startOptions } from '../../../src-main/shell/electron/start-options.ts'

describe('the start options of the Electron shell', () => {
  it('name the data folder and the configuration, and pass over what belongs to Electron', () => {
    const argv = ['.', '--inspect=0', '--data', 'lane-data', '--no-sandbox', '--config=lane.json']
    expect(startOptions(argv, '/default')).toEqual({
      dataDir: path.resolve('lane-data'),
      configFile: path.resolve('lane.json'),
    })
    expect(startOptions([], '/default')).toEqual({ dataDir: '/default' })
  })
})

describe('the places of the Electron shell', () => {
  it('are those of the checkout in development', () => {
    const places = shellPaths('/repo/out/electron/main', false, '/data')
    expect(places.project.root).toBe('/repo')
    expect(places.renderer).toBe('/repo/out/electron/renderer')
    expect(places.preload).toBe('/repo/out/electron/preload/preload.cjs')
  })

  it('are inside the archive in a package, except the models, which are fetched beside the data', () => {
    const places = shellPaths('/app.asar/out/electron/main', true, '/data')
    expect(places.project.modelManifest).toBe('/app.asar/out/electron/main/models/manifest.json')
    expect(places.project.modelPacks).toBe('/data/models')
  })
})
