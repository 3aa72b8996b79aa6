import { useState, type ReactNode } from 'react'
import type { CaptureView } from '../../src-main/contract/laneView.ts'
import { useLane, type CameraProblem } from '../state/laneContext.tsx'
import { Icon } from './icon.tsx'

const usualAspect = 16 / 9
const ringLength = 2 * Math.PI * 47

interface LookingGlassProps {
  readonly capture: CaptureView
}

/** The round mirror: picture while the camera is wanted, a ring that fills, an outline on the face, honest words. */
export function LookingGlass({ capture }: LookingGlassProps): ReactNode {
  const { words, Picture } = useLane()
  const [problem, setProblem] = useState<CameraProblem | null>(null)
  const [aspect, setAspect] = useState(usualAspect)
  const wanted = capture.camera !== 'off'
  const on = capture.camera === 'on' && problem === null
  return (
    <div className="looking">
      <div className="glass" data-on={on || undefined}>
        <div className="picture" role="img" aria-label={words.faceCapture.you}>
          {wanted ? (
            <Picture on={capture.camera === 'on'} onAspect={setAspect} onProblem={setProblem} />
          ) : null}
          {on ? <FaceOutline capture={capture} aspect={aspect} /> : null}
          {on ? <TurnSign challenge={capture.challenge} /> : null}
          {problem === null ? null : <Icon name="camera" />}
        </div>
        <svg className="ring" viewBox="0 0 100 100" aria-hidden="true">
          <circle cx="50" cy="50" r="47" className="ring-track" />
          <circle
            cx="50"
            cy="50"
            r="47"
            className="ring-progress"
            strokeDasharray={`${ringLength * capture.progress} ${ringLength}`}
          />
        </svg>
      </div>
      <p className="camera-word" data-on={on || undefined}>
        <span className="camera-dot" />
        {on ? words.faceCapture.on : wanted ? words.faceCapture.opening : words.faceCapture.off}
      </p>
      {capture.challenge === undefined ? null : (
        <p className="challenge-step">
          {words.faceCapture.challenge(capture.challenge.step, capture.challenge.of)}
        </p>
      )}
      <p className="guidance" aria-live="polite">
        {problem === null ? words.guidance[capture.guidance] : words.faceCapture.problems[problem]}
      </p>
    </div>
  )
}

/**
 * The picture is mirrored and its middle square fills the circle, so the box is mapped the same way:
 * x from the left of the frame becomes x from the right of the glass.
 */
export function outlineInGlass(
  box: NonNullable<CaptureView['faceBox']>,
  aspect: number,
): { left: number; top: number; width: number; height: number } {
  const width = box.width * aspect
  const fromLeft = (box.x - 0.5) * aspect + 0.5
  return { left: 1 - fromLeft - width, top: box.y, width, height: box.height }
}

function FaceOutline({ capture, aspect }: LookingGlassProps & { readonly aspect: number }): ReactNode {
  if (capture.faceBox === null) return null
  const { left, top, width, height } = outlineInGlass(capture.faceBox, aspect)
  return (
    <svg className="outline" viewBox="0 0 100 100" aria-hidden="true">
      <ellipse
        cx={100 * (left + width / 2)}
        cy={100 * (top + height / 2)}
        rx={100 * Math.max(0, width / 2)}
        ry={100 * Math.max(0, height / 2)}
      />
    </svg>
  )
}

/** Points where the mirror image is to turn: the shopper's left is on the left of the glass. */
function TurnSign({ challenge }: { readonly challenge: CaptureView['challenge'] | undefined }): ReactNode {
  if (challenge === undefined || challenge.back) return null
  const { action } = challenge
  if (action !== 'turnLeft' && action !== 'turnRight') return null
  return (
    <svg className="turn-sign" data-to={action} viewBox="0 0 100 100" aria-hidden="true">
      <path d="M22 36 L10 50 L22 64" />
    </svg>
  )
}
