import path from 'node:path'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { rendererConfig } from './src-renderer/vite.config.ts'

const root = import.meta.dirname

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

export default defineConfig({
  main: {
    plugins: [builtSiblings],
    build: {
      outDir: path.join(root, 'out/main'),
      externalizeDeps: true,
      rolldownOptions: {
        input: [
          path.join(root, 'src-main/shell/electron/index.ts'),
          path.join(root, 'src-main/face/engine/worker.ts'),
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
      outDir: path.join(root, 'out/preload'),
      externalizeDeps: true,
      rolldownOptions: {
        input: { preload: path.join(root, 'src-main/shell/electron/preload.ts') },
        // A sandboxed preload must be CommonJS.
        output: { format: 'cjs', entryFileNames: '[name].cjs' },
      },
    },
  },
  renderer: rendererConfig({ bench: false, outDir: path.join(root, 'out/renderer') }),
})
