import { useEffect, useRef, type ComponentType, type ReactNode } from 'react'
import type { PictureProps } from '../state/laneContext.tsx'
import { startFrameSender, videoFrames } from './frameSender.ts'
import { closeCamera, openCamera } from './openCamera.ts'

function every(ms: number, run: () => void): () => void {
  const timer = setInterval(run, ms)
  return () => clearInterval(timer)
}

/** The lane's own camera: on while mounted, its picture shown mirrored (by CSS) and its frames sent to the lane. */
export function createStreamPicture(sendFrame: (jpeg: ArrayBuffer) => void): ComponentType<PictureProps> {
  return function StreamPicture({ onProblem, onAspect }: PictureProps): ReactNode {
    const videoRef = useRef<HTMLVideoElement>(null)
    useEffect(() => {
      const video = videoRef.current
      if (video === null) return
      let gone = false
      const closers: (() => void)[] = []
      const open = async (): Promise<void> => {
        const stream = await openCamera(navigator.mediaDevices)
        if (typeof stream === 'string') {
          if (!gone) onProblem(stream)
          return
        }
        // Left while the permission was asked for: the camera goes off again at once.
        if (gone) {
          closeCamera(stream)
          return
        }
        closers.push(() => closeCamera(stream))
        video.srcObject = stream
        stream.getVideoTracks()[0]?.addEventListener('ended', () => onProblem('missing'))
        closers.push(startFrameSender({ source: videoFrames(video), send: sendFrame, every }))
      }
      void open()
      return () => {
        gone = true
        video.srcObject = null
        for (const close of closers) close()
      }
    }, [onProblem])
    return (
      <video
        ref={videoRef}
        className="picture-fill"
        autoPlay
        playsInline
        muted
        onLoadedMetadata={(event) => {
          const { videoWidth, videoHeight } = event.currentTarget
          if (videoHeight > 0) onAspect(videoWidth / videoHeight)
        }}
      />
    )
  }
}
