import type { ReactNode } from 'react'

interface FaultChoiceProps {
  readonly label: string
  readonly value: string
  readonly faults: readonly string[]
  readonly onChoose: (fault: string) => void
}

/** One fault at a time, each a click away. */
export function FaultChoice({ label, value, faults, onChoose }: FaultChoiceProps): ReactNode {
  return (
    <label className="bench-row">
      {label}
      <select value={value} onChange={(event) => onChoose(event.target.value)}>
        {faults.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
    </label>
  )
}
