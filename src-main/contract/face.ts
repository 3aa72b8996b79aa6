import { z } from 'zod'

/** Why one frame was not used. Stable codes: they travel to the screen and into counters, never sentences. */
export const qualityRejects = [
  'noFace',
  'severalFaces',
  'tooFar',
  'tooClose',
  'offCentre',
  'turnedAway',
  'tooDark',
  'tooBright',
  'blurred',
] as const
export const qualityRejectSchema = z.enum(qualityRejects)
export type QualityReject = z.infer<typeof qualityRejectSchema>

/** What the shopper can do next; the screen chooses the words. */
export const guidanceCodes = [
  'comeCloser',
  'moveBack',
  'oneAtATime',
  'lookHere',
  'moreLight',
  'lessLight',
  'holdStill',
  'noFace',
] as const
export const guidanceSchema = z.enum(guidanceCodes)
export type Guidance = z.infer<typeof guidanceSchema>

/** Fractions of the frame, 0..1, origin top left, as the camera sees it (not mirrored). May leave 0..1 at an edge. */
export const faceBoxSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().nonnegative(),
  height: z.number().nonnegative(),
})
export type FaceBox = z.infer<typeof faceBoxSchema>

/** Signs of a replayed or frozen stream. They decide on a live camera and are only reported on a bench lane. */
export const temporalSignalsSchema = z.object({
  frames: z.number().int().nonnegative(),
  /** Frames with exactly the pixels of the frame before; a sensor's noise never repeats. */
  identicalNeighbours: z.number().int().nonnegative(),
  /** Frames with exactly the pixels of an earlier frame that was not the one before: a loop. */
  repeats: z.number().int().nonnegative(),
  verdict: z.enum(['moving', 'static', 'looped', 'tooShort']),
})
export type TemporalSignals = z.infer<typeof temporalSignalsSchema>

/** Which consent text a shopper agreed to; these facts go into the journal with the time. */
export const consentFactsSchema = z.object({
  textId: z.literal('face-payment'),
  textVersion: z.number().int().positive(),
  language: z.enum(['zh-CN', 'en']),
  /** SHA-256 of the exact text shown (UTF-8, headings and paragraphs joined by "\n"). */
  textSha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type ConsentFacts = z.infer<typeof consentFactsSchema>
