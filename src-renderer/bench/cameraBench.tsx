import type { ReactNode } from 'react'
import type { BenchView } from '../../src-main/contract/bench.ts'
import type { BenchTools } from './benchState.ts'

interface CameraBenchProps {
  readonly bench: BenchView
  readonly tools: BenchTools
}

/** What stands in front of the camera. */
export function CameraBench({ bench, tools }: CameraBenchProps): ReactNode {
  const { camera } = bench
  if (camera === null) return null
  const point = (sourceId: string | null): void => void tools.tell({ type: 'bench:camera', sourceId })
  return (
    <section className="bench-section">
      <h2>Camera</h2>
      {camera.sources.length === 0 ? (
        <p className="bench-note">This computer's own camera, on only while the lane asks for it.</p>
      ) : (
        <div className="bench-choices" role="radiogroup" aria-label="In front of the camera">
          {camera.sources.map((source) => (
            <button
              key={source.id}
              type="button"
              role="radio"
              aria-checked={source.id === camera.sourceId}
              onClick={() => point(source.id)}
            >
              {source.label}
            </button>
          ))}
          <button
            type="button"
            role="radio"
            aria-checked={camera.sourceId === null}
            onClick={() => point(null)}
          >
            Covered lens
          </button>
        </div>
      )}
    </section>
  )
}
