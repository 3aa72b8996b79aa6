import type { Key } from '../../contract/values.ts'

/** A key's 128 bits as four numbers: a million keys as text would take as much memory as the faces. */
export type KeyWords = readonly [number, number, number, number]

export function wordsOf(key: Key): KeyWords {
  const word = (index: number) => Number.parseInt(key.slice(index * 8, index * 8 + 8), 16)
  return [word(0), word(1), word(2), word(3)]
}

export function keyAt(words: Uint32Array, at: number): Key {
  let key = ''
  for (let i = 0; i < 4; i++) key += words[at + i]!.toString(16).padStart(8, '0')
  return key
}

export function isKeyAt(words: Uint32Array, at: number, key: KeyWords): boolean {
  return (
    words[at] === key[0] && words[at + 1] === key[1] && words[at + 2] === key[2] && words[at + 3] === key[3]
  )
}
