import type { ReactNode } from 'react'
import type { Item } from '../../src-main/contract/catalogue.ts'
import type { Language } from '../../src-main/contract/values.ts'
import { glyphs, isGlyph } from '../glyphs/glyphs.tsx'

const tints = 6

/** The same item always gets the same tint. */
function tintOf(sku: string): number {
  let sum = 0
  for (const letter of sku) sum = (sum * 31 + (letter.codePointAt(0) ?? 0)) % 9973
  return sum % tints
}

/** A drawn picture of the item, else its initial on a tint. */
export function ItemTile({
  item,
  language,
}: {
  readonly item: Item
  readonly language: Language
}): ReactNode {
  const { glyph } = item
  if (glyph !== undefined && isGlyph(glyph)) {
    return (
      <span className="tile">
        <svg viewBox="0 0 64 64" aria-hidden="true">
          {glyphs[glyph]}
        </svg>
      </span>
    )
  }
  const [initial = ''] = item.name[language]
  return (
    <span className="tile tile-initial" data-tint={tintOf(item.sku)} aria-hidden="true">
      {initial.toUpperCase()}
    </span>
  )
}
