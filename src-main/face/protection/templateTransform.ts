import type { TemplateTransform } from '../../ports/templates.ts'
import { drawButterfly, turn, turnBack } from './butterfly.ts'
import { KeyStream } from './keyStream.ts'

export interface TransformOptions {
  /** 32 random bytes; it belongs to a store's gallery. */
  readonly key: Uint8Array
  readonly keyId: string
  /** Templates of two packs cannot be compared, so their transforms have nothing in common either. */
  readonly modelPackId: string
  /** Values of a template; even. */
  readonly length: number
}

/** For the vault alone, which re-issues references when a key is replaced: no shopper has to enrol again. */
export interface ReversibleTransform extends TemplateTransform {
  /** The template that `protect` was given, within float32 rounding. The caller overwrites it after use. */
  recover(reference: Float32Array): Float32Array
}

/**
 * A keyed rotation of the whole template space. It gives renewability (a new key, new references, same scores) and
 * unlinkability (under two keys the references of one person score like strangers'). It does not give irreversibility
 * in the sense of ISO/IEC 24745: as many known pairs of template and reference as there are dimensions, a few hundred,
 * solve the rotation. Confidentiality is the vault's (AES-256-GCM).
 *
 * Throws when `length` is odd or less than 2. About 9,000 plane rotations for 512 values.
 */
export function createTemplateTransform(options: TransformOptions): ReversibleTransform {
  const { key, keyId, modelPackId, length } = options
  if (!Number.isInteger(length) || length < 2 || length % 2 !== 0)
    throw new Error(`A template of ${length} values cannot be turned in pairs`)
  const stream = new KeyStream(key, `facelane template transform 1\n${modelPackId}\n${length}`)
  const butterfly = drawButterfly(stream, length)
  stream.close()
  const scratch = new Float64Array(length)
  const through = (template: Float32Array, move: typeof turn): Float32Array => {
    if (template.length !== length)
      throw new Error(`A template has ${length} values here, not ${template.length}`)
    scratch.set(template)
    move(butterfly, scratch)
    const moved = new Float32Array(scratch)
    scratch.fill(0)
    return moved
  }
  return {
    keyId,
    protect: (template) => through(template, turn),
    recover: (reference) => through(reference, turnBack),
  }
}
