import { describe, expect, test } from 'vitest'
import {
  addEmbedding,
  bonaFideProbability,
  facesFound,
  landmarksIn,
  normalise,
} from '../../../src-main/face/engine/stages.ts'

const badFrame = expect.objectContaining({ code: 'face.badFrame' }) as Error
const outputOf = (...values: number[]) => ({ output: Float32Array.from(values) })
const notNumbers = [NaN, Infinity, -Infinity]

describe('a model whose answer is not a number', () => {
  test.each(notNumbers)('gives no embedding (%s)', (value) => {
    expect(() => addEmbedding(new Float32Array(2), outputOf(1, value))).toThrow(badFrame)
  })

  test('gives no embedding without a direction', () => {
    const sum = new Float32Array(2)
    addEmbedding(sum, outputOf(0, 0))
    expect(() => normalise(sum)).toThrow(badFrame)
    expect(() => normalise(new Float32Array(2))).toThrow(badFrame)
  })

  test.each(notNumbers)('gives no attack detection score (%s)', (value) => {
    expect(() => bonaFideProbability(outputOf(value, 1, 2))).toThrow(badFrame)
  })

  test.each(notNumbers)('gives no landmarks (%s)', (value) => {
    expect(() => landmarksIn({ left: 0, top: 0, right: 10, bottom: 10 }, outputOf(0.5, value))).toThrow(
      badFrame,
    )
  })

  test('finds no face', () => {
    const whole = { left: 0, top: 0, right: 100, bottom: 100 }
    const boxes = Float32Array.of(0.1, 0.1, 0.5, 0.5, NaN, 0.1, 0.5, 0.5)
    expect(facesFound({ boxes, scores: Float32Array.of(0, NaN, 0, 0.9) }, whole)).toEqual([])
  })
})

describe('what the models say', () => {
  test('becomes faces in pixels, best first, each face once', () => {
    const boxes = Float32Array.of(
      0.1,
      0.2,
      0.3,
      0.6,
      0.11,
      0.2,
      0.31,
      0.6,
      0.6,
      0.2,
      0.8,
      0.6,
      0.6,
      0.2,
      0.8,
      0.6,
    )
    const scores = Float32Array.of(0, 0.8, 0, 0.9, 0, 0.7, 0, 0.59)
    const found = facesFound({ boxes, scores }, { left: 0, top: 0, right: 200, bottom: 100 })
    expect(found.map(({ score }) => Math.round(score * 10))).toEqual([9, 7])
    expect(found[1]?.left).toBeCloseTo(120, 3)
    expect(found[1]?.bottom).toBeCloseTo(60, 3)
  })

  test('becomes the softmax of the bona fide class', () => {
    expect(bonaFideProbability(outputOf(0, 0, 0))).toBeCloseTo(1 / 3, 6)
    expect(bonaFideProbability(outputOf(1000, 0, 0))).toBeCloseTo(1, 6)
  })

  test('becomes a sum of directions, each of the same weight', () => {
    const sum = new Float32Array(2)
    addEmbedding(sum, outputOf(3, 0))
    addEmbedding(sum, outputOf(0, 0.5))
    expect([...normalise(sum)].map((value) => Math.round(value * 1000))).toEqual([707, 707])
  })

  test('is overwritten once it is summed', () => {
    const outputs = outputOf(3, 4)
    addEmbedding(new Float32Array(2), outputs)
    expect([...outputs.output]).toEqual([0, 0])
  })
})
