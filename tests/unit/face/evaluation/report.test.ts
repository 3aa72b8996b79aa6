import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { linearAxis, logAxis, renderChart } from '../../../../src-main/face/evaluation/report/chart.ts'
import { escapeHtml } from '../../../../src-main/face/evaluation/report/escape.ts'
import { renderPage, type ReportPage } from '../../../../src-main/face/evaluation/report/page.ts'

const page: ReportPage = {
  title: 'Verification',
  provenance: {
    dataset: 'pairs',
    date: '2026-11-23T00:00:00.000Z',
    packId: 'pack-1',
    models: [{ role: 'embedder', file: 'e.onnx', sha256: 'f'.repeat(64) }],
    images: 3,
    failuresToAcquire: 1,
    failedToAcquire: ['wall.jpg'],
    unreadable: ['<script>alert(1)</script>.jpg'],
    msPerImage: { p50: 30, p95: 40 },
    engines: 2,
  },
  summary: [{ what: 'EER', figure: '1.00 %', n: '2 mated, 2 non-mated pairs' }],
  charts: [
    {
      heading: 'Curve',
      caption: 'n = 4',
      chart: {
        title: 'a curve',
        x: logAxis('FMR', 0.001),
        y: linearAxis('share', 0, 1, 2, String),
        series: [
          {
            name: 'a',
            points: [
              [0.001, 1],
              [1, 0],
            ],
            shape: 'area',
          },
        ],
        marker: { x: 0.1, text: 'here' },
      },
    },
  ],
  suspects: [{ imageA: 'a&b.jpg', imageB: 'c.jpg', score: 0.75 }],
  excluded: [{ image: 'd.jpg', reason: 'same person' }],
  outcomes: new Map([
    ['wall.jpg', { kind: 'failedToAcquire', reason: 'noFace', ms: 5 }],
    ['<script>alert(1)</script>.jpg', { kind: 'unreadable', reason: 'it is not a picture' }],
  ]),
  method: ['A pair passes when its score is at least the threshold.'],
}

describe('the report', () => {
  const html = renderPage(page)

  test('stands for itself: no script, nothing fetched from anywhere, no embedded picture', () => {
    expect(html).not.toMatch(/<script|<img|<link|<iframe|src=|href=|url\(|@import|data:|https?:/i)
    expect(html).toContain(`default-src 'none'`)
  })

  test('carries data set, count, model hashes and date', () => {
    for (const fact of ['pairs, 3 images', '2026-11-23T00:00:00.000Z', 'pack-1', 'f'.repeat(64), '1.00 %']) {
      expect(html).toContain(fact)
    }
  })

  test('names what failed and what deserves a look', () => {
    for (const name of ['wall.jpg', 'noFace', 'it is not a picture', 'a&amp;b.jpg', '0.7500', 'd.jpg']) {
      expect(html).toContain(name)
    }
  })

  test('leaves sections out that have nothing to say', () => {
    const bare = renderPage({ ...page, suspects: [], excluded: [], outcomes: new Map() })
    expect(bare).not.toMatch(/Pairs to look at|Left out|Unreadable files|Failures to acquire/)
  })

  test('follows light, dark and paper', () => {
    expect(html).toContain('prefers-color-scheme: dark')
    expect(html).toContain('@media print')
  })
})

describe('a chart', () => {
  test('draws what lies outside the axes on their edge, so that a rate of 0 has a place', () => {
    const svg = renderChart({
      title: 't',
      x: logAxis('x', 0.01),
      y: logAxis('y', 0.01),
      series: [
        {
          name: 's',
          points: [
            [0, 0],
            [1, 1],
          ],
          shape: 'line',
        },
      ],
    })
    expect(svg).toContain('M72 324L700 44')
    expect(svg).not.toMatch(/NaN|Infinity/)
  })

  test('takes a set without scores', () => {
    const axis = linearAxis('x', 0, 1, 2, String)
    const svg = renderChart({
      title: 't',
      x: axis,
      y: axis,
      series: [{ name: 's', points: [], shape: 'area' }],
    })
    expect(svg).not.toMatch(/NaN|undefined/)
  })
})

describe('text of any origin', () => {
  test('never becomes markup', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(escapeHtml(text)).not.toMatch(/[<>"']|&(?!amp;|lt;|gt;|quot;|#39;)/)
      }),
    )
  })
})
