import { describe, expect, test } from 'vitest'
import { createProgress, progressLine } from '../../../../src-main/cli/evaluate/progress.ts'

function stream(isTTY: boolean) {
  const written: string[] = []
  return { written, isTTY, write: (text: string) => written.push(text) }
}

describe('the progress of an evaluation', () => {
  test('is a bar with what is done and how long the rest takes', () => {
    const line = progressLine({ label: 'images', done: 25, total: 100, elapsedMs: 30_000 })
    expect(line).toBe('images   [######------------------]  25%  25/100  ETA 1:30')
    expect(progressLine({ label: 'images', done: 0, total: 100, elapsedMs: 0 })).toContain('ETA -:--')
    expect(progressLine({ label: 'images', done: 9, total: 9, elapsedMs: 61_000 })).toContain('done in 1:01')
  })

  test('redraws itself on a terminal, not more often than somebody can see', () => {
    const terminal = stream(true)
    let at = 0
    const progress = createProgress(terminal, () => at)
    for (let done = 1; done <= 100; done++) {
      at += 10
      progress.update('images', done, 100)
    }
    progress.end()
    const lines = terminal.written.filter((text) => text.startsWith('\r'))
    expect(lines.length).toBe(11)
    expect(terminal.written.at(-1)).toBe('\n')
    expect(terminal.written.filter((text) => text === '\n')).toHaveLength(1)
  })

  test('is a plain line at once and now and then where there is no terminal', () => {
    const file = stream(false)
    let at = 0
    const progress = createProgress(file, () => at)
    for (let done = 1; done <= 250; done++) {
      at += 100
      progress.update('images', done, 250)
    }
    progress.end()
    expect(file.written.map((line) => line.trim().split(/\s+/).at(3))).toEqual([
      '1/250',
      '101/250',
      '201/250',
      '250/250',
    ])
    expect(file.written.join('')).not.toMatch(/[\r\u001b]/)
  })
})
