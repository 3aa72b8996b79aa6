import { toString } from 'qrcode'
import { html, type Markup, trusted } from './html.ts'

/** A QR symbol as inline SVG, dark on white in every theme because scanners want it so. */
export async function qrFigure(data: string, label: string): Promise<Markup> {
  const svg = await toString(data, { type: 'svg', margin: 1, errorCorrectionLevel: 'M' })
  return html`<div class="qr" role="img" aria-label="${label}">${trusted(svg)}</div>`
}
