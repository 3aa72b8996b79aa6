import { z } from 'zod'
import { jurisdictionSchema } from './rights.ts'

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
  'unevenLight',
  'eyesHidden',
  'lowContrast',
  'blurred',
] as const
export type QualityReject = (typeof qualityRejects)[number]

/** What the shopper can do next; the screen chooses the words. */
export const guidanceCodes = [
  'comeCloser',
  'moveBack',
  'oneAtATime',
  'lookHere',
  'moreLight',
  'lessLight',
  'evenLight',
  'showEyes',
  'holdStill',
  'noFace',
] as const
export type Guidance = (typeof guidanceCodes)[number]

/** What a challenge asks for. Left and right are the shopper's own, which is how a mirrored picture shows them. */
export const challengeActions = ['turnLeft', 'turnRight', 'blink', 'comeCloser'] as const
export type ChallengeAction = (typeof challengeActions)[number]

/** Why a challenge was not passed: for the journal and for counting, never said to the shopper. */
export const challengeFailures = [
  'tooSlow',
  'wrongMove',
  'faceLost',
  'severalFaces',
  'otherPerson',
  'faceJumped',
  'staleStream',
  'presentation',
] as const
export type ChallengeFailure = (typeof challengeFailures)[number]

/** Fractions of the frame, 0..1, origin top left, as the camera sees it (not mirrored). May leave 0..1 at an edge. */
export const faceBoxSchema = z.object({
  x: z.number(),
  y: z.number(),
  width: z.number().nonnegative(),
  height: z.number().nonnegative(),
})
export type FaceBox = z.infer<typeof faceBoxSchema>

/** Signs of a replayed or frozen stream. They decide on a live camera and are only reported on a bench lane. */
export interface TemporalSignals {
  /** Frames that showed a face. */
  readonly frames: number
  /** Frames with the picture of the frame before, exactly or touched up; a sensor's noise never repeats. */
  readonly identicalNeighbours: number
  /** Frames with the picture of an earlier frame that was not the one before: a loop. */
  readonly repeats: number
  readonly verdict: 'moving' | 'static' | 'looped' | 'tooShort'
}

/** Which consent text a shopper agreed to; these facts go into the journal with the time. */
export const consentFactsSchema = z.object({
  purpose: z.literal('facePayment'),
  jurisdiction: jurisdictionSchema,
  textId: z.literal('face-payment'),
  textVersion: z.number().int().positive(),
  language: z.enum(['zh-CN', 'en']),
  /** SHA-256 of the exact text shown (UTF-8, headings and paragraphs joined by "\n"). */
  textSha256: z.string().regex(/^[0-9a-f]{64}$/),
})
export type ConsentFacts = z.infer<typeof consentFactsSchema>
