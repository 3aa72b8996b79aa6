import path from 'node:path'
import { defineConfig } from 'electron-vite'
import type { Plugin, UserConfig } from 'vite'
import { rendererConfig } from './src-renderer/vite.config.ts'

const root = import.meta.dirname
/** Where the build goes; tests build beside the one in use. */
const out = process.env['FACELANE_ELECTRON_OUT'] ?? path.join(root, 'out', 'electron')

/** Workers and siblings are named as they lie in the source; in the build they are JavaScript. */
const builtSiblings: Plugin = {
  name: 'facelane-built-siblings',
  transform(code) {
    const built = code.replace(
      /new URL\((['"])(\.{1,2}\/[^'"]+)\.ts\1, import\.meta\.url\)/g,
      'new URL($1$2.js$1, import.meta.url)',
    )
    return built === code ? null : { code: built, map: null }
  },
}

function rendererOf(bench: boolean): UserConfig {
  const config = rendererConfig({ bench, outDir: path.join(out, 'renderer') })
  const rolldownOptions = { input: path.join(root, 'src-renderer/index.html') }
  return { ...config, build: { ...config.build, rolldownOptions } }
}

/** `--mode development` keeps the bench panel in the page. */
export default defineConfig(({ mode }) => ({
  main: {
    plugins: [builtSiblings],
    build: {
      outDir: path.join(out, 'main'),
      externalizeDeps: true,
      rolldownOptions: {
        input: [
          path.join(root, 'src-main/shell/electron/index.ts'),
          path.join(root, 'src-main/face/engine/worker.ts'),
          path.join(root, 'src-main/face/gallery/worker.ts'),
          path.join(root, 'src-main/store/references/worker.ts'),
          path.join(root, 'drivers/isolation/child.ts'),
          path.join(root, 'drivers/isolation/stream-service.ts'),
          path.join(root, 'drivers/smart-card-rw/pcsc-service.ts'),
        ],
        // The tree stays as it is in the source, so that what is found beside a module is still beside it.
        output: {
          format: 'es',
          preserveModules: true,
          preserveModulesRoot: root,
          entryFileNames: '[name].js',
        },
      },
    },
  },
  preload: {
    build: {
      outDir: path.join(out, 'preload'),
      externalizeDeps: true,
      rolldownOptions: {
        input: { preload: path.join(root, 'src-main/shell/electron/preload.ts') },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: rendererOf(mode === 'development'),
}))
