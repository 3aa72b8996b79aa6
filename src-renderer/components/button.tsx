import type { ReactNode } from 'react'
import { Icon, type IconName } from './icon.tsx'

export interface ButtonProps {
  readonly children: ReactNode
  readonly onPress: () => void
  readonly tone?: 'primary' | 'secondary' | 'quiet' | 'stop'
  readonly icon?: IconName
  readonly disabled?: boolean
  /** Pressed and waiting for the lane's answer. */
  readonly waiting?: boolean
  readonly label?: string
}

export function Button(props: ButtonProps): ReactNode {
  const { children, onPress, tone = 'secondary', icon, disabled = false, waiting = false, label } = props
  return (
    <button
      type="button"
      className="button"
      data-tone={tone}
      data-waiting={waiting || undefined}
      disabled={disabled || waiting}
      onClick={onPress}
      aria-label={label}
    >
      {icon === undefined ? null : <Icon name={icon} />}
      <span className="button-text">{children}</span>
    </button>
  )
}
