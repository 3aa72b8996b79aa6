import QRCode from 'qrcode'
import { useMemo, type ReactNode } from 'react'

/** One path of unit squares, row runs merged; 4 modules of quiet zone around. */
function drawModules(text: string): { path: string; size: number } {
  const { modules } = QRCode.create(text, { errorCorrectionLevel: 'M' })
  let path = ''
  for (let y = 0; y < modules.size; y++) {
    for (let x = 0; x < modules.size; x++) {
      if (modules.get(y, x) === 0) continue
      let run = 1
      while (x + run < modules.size && modules.get(y, x + run) !== 0) run++
      path += `M${x} ${y}h${run}v1h-${run}z`
      x += run - 1
    }
  }
  return { path, size: modules.size }
}

/** Always dark on white, in every theme: phones read nothing else reliably. */
export function QrCode({ text, label }: { readonly text: string; readonly label: string }): ReactNode {
  const { path, size } = useMemo(() => drawModules(text), [text])
  return (
    <svg
      className="qr"
      viewBox={`-4 -4 ${size + 8} ${size + 8}`}
      role="img"
      aria-label={label}
      shapeRendering="crispEdges"
    >
      <rect x="-4" y="-4" width={size + 8} height={size + 8} fill="#ffffff" />
      <path d={path} fill="#000000" />
    </svg>
  )
}
