import { fileURLToPath } from 'node:url'
import react from '@vitejs/plugin-react'
import { defineConfig, type UserConfig } from 'vite'

const root = fileURLToPath(new URL('.', import.meta.url))

export interface RendererBuild {
  /** False drops the bench panel from the bundle: for production. */
  readonly bench: boolean
  readonly outDir: string
}

/** Everything is a file of its own: a strict content security policy allows no inline script, style or font. */
export function rendererConfig({ bench, outDir }: RendererBuild): UserConfig {
  return {
    root,
    base: './',
    plugins: [react()],
    define: { __BENCH__: JSON.stringify(bench) },
    build: {
      outDir,
      emptyOutDir: true,
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      target: 'chrome140',
      chunkSizeWarningLimit: 900,
      reportCompressedSize: false,
    },
  }
}

/** `FACELANE_BENCH=0` builds the page for production. */
export default defineConfig(() =>
  rendererConfig({
    bench: process.env['FACELANE_BENCH'] !== '0',
    outDir: process.env['FACELANE_UI_OUT'] ?? fileURLToPath(new URL('../out/renderer', import.meta.url)),
  }),
)
