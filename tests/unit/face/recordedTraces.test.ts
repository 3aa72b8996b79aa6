import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ChallengeAction } from '../../../src-main/contract/face.ts'
import type { ChallengeFrame, ChallengeState } from '../../../src-main/domain/face/challenge.ts'
import { advanceChallenge, beginChallenge } from '../../../src-main/domain/face/challenge.ts'
import { judgeStream } from '../../../src-main/domain/face/stream.ts'
import { rules } from './challengeTraces.ts'

/** What the engine measured of a recording, frame by frame. Movements are laid over it: nobody turned for us. */
function recorded(name: string): ChallengeFrame[] {
  const text = readFileSync(join(import.meta.dirname, 'traces', `${name}.json`), 'utf8')
  return (JSON.parse(text) as { frames: ChallengeFrame[] }).frames
}
const people = ['anna-a', 'bruno'] as const

function run(frames: readonly ChallengeFrame[], order: readonly ChallengeAction[]): ChallengeState {
  return frames.reduce((state, frame) => advanceChallenge(state, frame, rules), beginChallenge(order, 0))
}

/** The recorded face turns its head out and back between the frames `from` and `to`. */
function turned(
  frames: readonly ChallengeFrame[],
  from: number,
  to: number,
  degrees: number,
): ChallengeFrame[] {
  return frames.map((frame, index) => {
    if (frame.face === null || index < from || index > to) return frame
    const by = degrees * Math.sin((Math.PI * (index - from)) / (to - from))
    return { ...frame, face: { ...frame.face, yaw: frame.face.yaw + by } }
  })
}

function again(frames: readonly ChallengeFrame[]): ChallengeFrame[] {
  const roundMs = (frames.at(-1)?.capturedAtMonotonicMs ?? 0) + 67
  return frames.map((frame) => ({
    ...frame,
    capturedAtMonotonicMs: frame.capturedAtMonotonicMs + roundMs,
    // Another digest, as when a recording is played back with a clock in its corner.
    fingerprint: `again ${frame.fingerprint}`,
  }))
}

describe('recorded faces', () => {
  test.each(people)('%s is a living stream, and a loop when the recording begins again', (name) => {
    const frames = recorded(name)
    expect(judgeStream(frames).verdict).toBe('moving')
    expect(judgeStream([...frames, ...again(frames)]).verdict).toBe('looped')
  })

  test.each(people)('%s, who only stands there, is asked and does not pass', (name) => {
    for (const action of ['turnLeft', 'turnRight', 'blink', 'comeCloser'] as const) {
      expect(run(recorded(name), [action, 'turnLeft'])).toMatchObject({
        kind: 'moving',
        step: 0,
        wrongMoves: 0,
      })
    }
  })

  test.each(people)('%s passes when the measured face turns left and right as asked', (name) => {
    const moved = turned(turned(recorded(name), 8, 28, 26), 32, 52, -26)
    expect(run(moved, ['turnLeft', 'turnRight'])).toEqual({ kind: 'passed' })
    expect(run(moved, ['turnRight', 'turnLeft']).kind).not.toBe('passed')
  })

  test('a print that is turned as asked fails by the passive check', () => {
    const moved = turned(turned(recorded('print-attack'), 8, 28, 26), 32, 52, -26)
    expect(run(moved, ['turnLeft', 'turnRight'])).toEqual({ kind: 'failed', reason: 'presentation' })
  })
})
