import type { Candidate } from '../ports/faceCapture.ts'
import type { FaceGallery } from './gallery/gallery.ts'

/** The candidate list of a fused template, best first; when it cannot be had, the template is overwritten. */
export async function lookUp(
  gallery: FaceGallery,
  template: Float32Array,
  length: number,
  signal: AbortSignal,
): Promise<Candidate[]> {
  try {
    return await gallery.search(template, length, signal)
  } catch (thrown) {
    template.fill(0)
    throw thrown
  }
}
