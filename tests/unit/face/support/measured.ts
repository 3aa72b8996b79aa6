import type { FaceMeasure } from '../../../../src-main/ports/faceEngine.ts'

/** A face with which nothing is wrong: the quality gate has no reason to refuse it. */
export const goodFace: FaceMeasure = {
  box: { x: 0.3, y: 0.2, width: 0.3, height: 0.5 },
  detectionScore: 1,
  interEyePx: 80,
  eyeOpenness: 0.3,
  pose: { yaw: 0, pitch: 0, roll: 0 },
  sharpness: 12,
  luminance: 120,
  range: 120,
  bright: 0,
  unevenness: 0.1,
  eyeShade: 0.75,
  quality: 0.8,
}
