import { escapeHtml } from './escape.ts'

export interface Axis {
  readonly label: string
  readonly from: number
  readonly to: number
  readonly scale: 'linear' | 'log'
  readonly ticks: readonly { readonly at: number; readonly text: string }[]
}

export interface Series {
  readonly name: string
  /** In order of x; what lies outside the axes is drawn on their edge. */
  readonly points: readonly (readonly [x: number, y: number])[]
  readonly shape: 'line' | 'area'
}

export interface Chart {
  /** What the picture shows, for somebody who cannot see it. */
  readonly title: string
  readonly x: Axis
  readonly y: Axis
  /** Five at most: that many can be told apart by colour and dash. */
  readonly series: readonly Series[]
  readonly marker?: { readonly x: number; readonly text: string }
}

const width = 720
const height = 380
const frame = { left: 72, right: 20, top: 44, bottom: 56 }
const kinds = 5

/** Inline SVG; colours come from the page's classes, so that it follows light, dark and paper. */
export function renderChart({ title, x, y, series, marker }: Chart): string {
  const left = frame.left
  const right = width - frame.right
  const top = frame.top
  const bottom = height - frame.bottom
  const toX = (value: number) => round(left + place(value, x) * (right - left))
  const toY = (value: number) => round(bottom - place(value, y) * (bottom - top))
  const grid = [
    ...x.ticks.map(({ at, text }) =>
      tick(toX(at), top, toX(at), bottom, text, toX(at), bottom + 20, 'middle'),
    ),
    ...y.ticks.map(({ at, text }) => tick(left, toY(at), right, toY(at), text, left - 8, toY(at) + 4, 'end')),
  ]
  const curves = series.map(({ points, shape }, index) => {
    const path = points.map(([px, py], at) => `${at === 0 ? 'M' : 'L'}${toX(px)} ${toY(py)}`).join('')
    const kind = `s${index % kinds}`
    const area = `${path}L${toX(points.at(-1)?.[0] ?? 0)} ${bottom}L${toX(points[0]?.[0] ?? 0)} ${bottom}Z`
    const fill = shape === 'area' && points.length > 0 ? `<path class="fill ${kind}" d="${area}"/>` : ''
    return `${fill}<path class="line ${kind}" d="${path}"/>`
  })
  return [
    `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(title)}">`,
    ...grid,
    ...(marker === undefined ? [] : [markerLine(toX(marker.x), top, bottom, marker.text)]),
    ...curves,
    ...legend(series, left),
    `<text class="axis" x="${(left + right) / 2}" y="${height - 12}" text-anchor="middle">${escapeHtml(x.label)}</text>`,
    `<text class="axis" transform="translate(18 ${(top + bottom) / 2}) rotate(-90)" text-anchor="middle">${escapeHtml(y.label)}</text>`,
    '</svg>',
  ].join('\n')
}

/** 0..1 along the axis. */
function place(value: number, { from, to, scale }: Axis): number {
  const inside = Math.min(Math.max(value, Math.min(from, to)), Math.max(from, to))
  const at = (v: number) => (scale === 'log' ? Math.log10(v) : v)
  return (at(inside) - at(from)) / (at(to) - at(from))
}

function tick(
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  text: string,
  textX: number,
  textY: number,
  anchor: string,
): string {
  const label = `<text x="${textX}" y="${textY}" text-anchor="${anchor}">${escapeHtml(text)}</text>`
  return `<line class="grid" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>${label}`
}

function markerLine(x: number, top: number, bottom: number, text: string): string {
  const label = `<text class="mark" x="${x + 6}" y="${top + 14}">${escapeHtml(text)}</text>`
  return `<line class="mark" x1="${x}" y1="${top}" x2="${x}" y2="${bottom}"/>${label}`
}

function legend(series: readonly Series[], left: number): string[] {
  let x = left
  return series.map(({ name }, index) => {
    const entry = `<path class="line s${index % kinds}" d="M${x} 20h28"/><text x="${x + 36}" y="24">${escapeHtml(name)}</text>`
    x += 60 + name.length * 7
    return entry
  })
}

function round(value: number): number {
  return Math.round(value * 10) / 10
}

export function logAxis(label: string, from: number): Axis {
  const ticks = [1, 0.1, 0.01, 0.001, 0.0001, 0.00001]
    .filter((at) => at >= from)
    .map((at) => ({ at, text: `${at * 100} %` }))
  return { label, from, to: 1, scale: 'log', ticks }
}

/** `ticks` equal steps from `from` to `to`. */
export function linearAxis(
  label: string,
  from: number,
  to: number,
  steps: number,
  text: (value: number) => string,
): Axis {
  const ticks = Array.from({ length: steps + 1 }, (_, index) => {
    const at = from + ((to - from) * index) / steps
    return { at, text: text(at) }
  })
  return { label, from, to, scale: 'linear', ticks }
}
