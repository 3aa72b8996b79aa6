import { Failure, type FailureData } from '../../contract/failure.ts'

const texts = {
  'face.galleryUnavailable': {
    attempted: 'search the gallery',
    remedy: 'retry',
    message: 'The enrolled faces could not be loaded. Other ways to pay work; the loading is tried again.',
  },
  'face.galleryFull': {
    attempted: 'take a face into the gallery',
    remedy: 'staff',
    message:
      'The gallery is full. Keep only the faces of this store on the lane, or add memory to the machine.',
  },
  'face.badReference': {
    attempted: 'take a face into the gallery',
    remedy: 'shopper',
    message:
      'This reference is no unit vector of the right length and cannot be compared. Enrol the face again.',
  },
  'face.badProbe': {
    attempted: 'search the gallery',
    remedy: 'retry',
    message: 'This probe is no unit vector of the right length and matches nobody. Look at the camera again.',
  },
  'face.closed': {
    attempted: 'use the gallery',
    remedy: 'none',
    message: 'The gallery was closed.',
  },
  'face.aborted': {
    attempted: 'search the gallery',
    remedy: 'none',
    message: 'The search was called off.',
  },
} as const satisfies Record<string, Pick<FailureData, 'attempted' | 'remedy' | 'message'>>

export type GalleryFailureCode = keyof typeof texts

export function galleryFailure(code: GalleryFailureCode, cause?: FailureData): Failure {
  return new Failure({ code, ...texts[code], ...(cause === undefined ? {} : { cause }) })
}
