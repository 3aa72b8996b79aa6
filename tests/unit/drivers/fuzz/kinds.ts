import type { FuzzTarget } from './harness.ts'

/** A parser that takes whole messages and answers null for what is none. */
export function message(
  name: string,
  corpus: readonly Uint8Array[],
  parse: (bytes: Uint8Array) => unknown,
): FuzzTarget {
  const run = (bytes: Uint8Array): unknown[] => {
    const value = parse(bytes)
    return value === null || value === undefined ? [] : [value]
  }
  return { name, corpus, whole: true, create: () => run }
}

/** A parser that keeps what is not complete. */
export function stream(
  name: string,
  corpus: readonly Uint8Array[],
  create: () => { push(bytes: Uint8Array): readonly unknown[] },
): FuzzTarget {
  return {
    name,
    corpus,
    create: () => {
      const parser = create()
      return (bytes) => parser.push(bytes)
    },
  }
}
