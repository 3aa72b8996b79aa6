import type { StoreApi } from 'zustand/vanilla'
import type { LaneState } from '../state/laneStore.ts'
import { loudness, toneFor, tones, type Tone } from './tones.ts'

const attackSeconds = 0.008

function play(audio: AudioContext, tone: Tone): void {
  for (const { hertz, startMs, lengthMs } of tones[tone]) {
    const start = audio.currentTime + startMs / 1000
    const end = start + lengthMs / 1000
    const oscillator = new OscillatorNode(audio, { type: 'sine', frequency: hertz })
    const gain = new GainNode(audio, { gain: 0 })
    gain.gain.setValueAtTime(0, start)
    gain.gain.linearRampToValueAtTime(loudness(new Date().getHours()), start + attackSeconds)
    gain.gain.linearRampToValueAtTime(0, end)
    oscillator.connect(gain).connect(audio.destination)
    oscillator.start(start)
    oscillator.stop(end)
  }
}

/** Plays a tone when the view changes in a way that has one. The audio device opens with the first touch, as browsers ask. */
export function playTones(store: StoreApi<LaneState>): void {
  let audio: AudioContext | null = null
  window.addEventListener('pointerdown', () => {
    audio ??= new AudioContext()
    void audio.resume()
  })
  store.subscribe((now, before) => {
    if (audio === null || now.view === null || before.view === null || now.view === before.view) return
    const tone = toneFor(before.view, now.view)
    if (tone !== null) play(audio, tone)
  })
}
