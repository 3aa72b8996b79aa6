/** The part of the WebAssembly JavaScript interface that is used here; Node has it, its types leave it to the DOM's. */
declare namespace WebAssembly {
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module'
  }
  const Module: new (bytes: Uint8Array<ArrayBuffer>) => Module

  class Instance {
    readonly exports: object
    constructor(module: Module, imports: Record<string, Record<string, Memory>>)
  }

  class Memory {
    /** A new, longer one each time the memory has grown; a shared one's old buffers stay usable. */
    readonly buffer: SharedArrayBuffer
    constructor(descriptor: { initial: number; maximum: number; shared: true })
    /** By whole pages of 65 536 bytes; throws a RangeError beyond the maximum or when there is no memory left. */
    grow(pages: number): number
  }
}
