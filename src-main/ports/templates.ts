/**
 * A keyed, score-preserving transform of templates (ISO/IEC 24745: renewability, unlinkability; irreversibility is not
 * claimed). A gallery holds and compares only transformed templates; the probe is transformed before the search.
 */
export interface TemplateTransform {
  /** Names the key, says nothing about it. */
  readonly keyId: string
  /**
   * `template`: Float32Array, L2-normalised, left as it is. Returns a new one of the same length; comparison scores of
   * two templates change by less than 1e-4 when both are transformed.
   */
  protect(template: Float32Array): Float32Array
}
