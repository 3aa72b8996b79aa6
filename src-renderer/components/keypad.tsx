import type { ReactNode } from 'react'
import { useLane } from '../state/laneContext.tsx'
import { Icon } from './icon.tsx'

const rows = ['1', '2', '3', '4', '5', '6', '7', '8', '9'] as const

export interface KeypadProps {
  readonly value: string
  readonly maxLength: number
  readonly onChange: (value: string) => void
  readonly disabled?: boolean
}

/** Large digits, the layout of a phone; the value lives with whoever asks. */
export function Keypad({ value, maxLength, onChange, disabled = false }: KeypadProps): ReactNode {
  const { words } = useLane()
  const type = (digit: string): void => {
    if (value.length < maxLength) onChange(value + digit)
  }
  const key = (digit: string): ReactNode => (
    <button key={digit} type="button" className="key" disabled={disabled} onClick={() => type(digit)}>
      {digit}
    </button>
  )
  return (
    <div className="keypad">
      {rows.map(key)}
      <button
        type="button"
        className="key key-word"
        disabled={disabled || value === ''}
        onClick={() => onChange('')}
      >
        {words.scanning.clear}
      </button>
      {key('0')}
      <button
        type="button"
        className="key"
        disabled={disabled || value === ''}
        aria-label={words.scanning.deleteDigit}
        onClick={() => onChange(value.slice(0, -1))}
      >
        <Icon name="backspace" />
      </button>
    </div>
  )
}

export interface DigitBoxesProps {
  readonly value: string
  readonly length: number
  /** Dots instead of digits, for a secret. */
  readonly secret?: boolean
}

export function DigitBoxes({ value, length, secret = false }: DigitBoxesProps): ReactNode {
  return (
    <div className="digits" aria-live="off">
      {Array.from({ length }, (_, index) => (
        <span
          key={index}
          className="digit"
          data-filled={index < value.length || undefined}
          data-secret={secret || undefined}
        >
          {secret && index < value.length ? '●' : (value[index] ?? '')}
        </span>
      ))}
    </div>
  )
}
