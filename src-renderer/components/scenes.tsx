import type { ReactNode } from 'react'
import { glyphs, type GlyphName } from '../glyphs/glyphs.tsx'

const shelf: readonly (readonly [GlyphName, number, number])[] = [
  ['bread', 88, 168],
  ['tea', 198, 168],
  ['apple', 308, 168],
  ['milk', 418, 168],
  ['egg', 88, 336],
  ['noodles', 198, 336],
  ['juice', 308, 336],
  ['cookie', 418, 336],
]

/** The calm scene of an idle lane: a shelf of drawn goods under an arch. Nobody's face, nobody's history. */
export function ShelfScene(): ReactNode {
  return (
    <svg className="scene" viewBox="0 0 600 480" aria-hidden="true">
      <path d="M30 470V240C30 110 150 20 300 20s270 90 270 220v230z" className="scene-arch" />
      <path d="M62 262h476M62 430h476" className="scene-board" />
      {shelf.map(([name, x, y]) => (
        <svg key={name} x={x} y={y} width="94" height="94" viewBox="0 0 64 64">
          {glyphs[name]}
        </svg>
      ))}
    </svg>
  )
}

/** A parcel under the scanner's light. */
export function ScanScene(): ReactNode {
  return (
    <svg className="scene scene-small" viewBox="0 0 480 320" aria-hidden="true">
      <path d="M60 90l180-50 180 50v170l-180 50-180-50z" className="scene-arch" />
      <path d="M60 90l180 50 180-50M240 140v170" className="scene-board" />
      <g className="scene-ink">
        <path d="M276 176v84M292 172v84M302 169v84M320 165v84M330 162v84M350 157v84M362 154v84M380 149v84" />
      </g>
      <path d="M258 216l142-38" className="scene-light" />
    </svg>
  )
}

/** A phone with a code on it, held towards the scanner's window. */
export function PhoneScene(): ReactNode {
  return (
    <svg className="scene scene-wide" viewBox="0 0 600 440" aria-hidden="true">
      <path d="M330 120h230v250a20 20 0 01-20 20H350a20 20 0 01-20-20z" className="scene-arch" />
      <rect x="362" y="158" width="166" height="96" rx="14" className="scene-window" />
      <path d="M372 206h146" className="scene-light" />
      <path d="M372 206L214 128v156z" className="scene-beam" />
      <rect x="46" y="46" width="182" height="340" rx="28" className="scene-phone" />
      <rect x="64" y="76" width="146" height="280" rx="12" className="scene-screen" />
      <g className="scene-code">
        <path d="M88 116h36v36H88zM150 116h36v36h-36zM88 178h36v36H88z" />
        <path
          d="M100 128h12v12h-12zM162 128h12v12h-12zM100 190h12v12h-12zM146 176h14v14h-14zM170 186h14v14h-14zM150 202h12v12h-12z"
          className="scene-code-fill"
        />
      </g>
      <path d="M90 250h94M90 274h60" className="scene-board" />
    </svg>
  )
}
