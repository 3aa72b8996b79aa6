import { kernelBytes } from './kernelBytes.ts'

/** What `kernel.wat` exports. Addresses are bytes in the memory it was given; its comments say what lies there. */
export interface Kernel {
  dots(probe: number, rows: number, count: number, stride: number, out: number): void
  select(
    dots: number,
    scales: number,
    offsets: number,
    errors: number,
    first: number,
    count: number,
    probeScale: number,
    errorWeight: number,
    margin: number,
    floor: number,
    out: number,
  ): number
  score(high: number, low: number, probe: number, stride: number): number
}

/** Compiled once a process; threads that get the same module share its machine code. */
export function compileKernel(): WebAssembly.Module {
  return new WebAssembly.Module(kernelBytes)
}

export function instantiateKernel(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernel {
  const { exports } = new WebAssembly.Instance(module, { gallery: { memory } })
  // The compiled text is compared with the bytes by a test, so its exports are known.
  return exports as unknown as Kernel
}
