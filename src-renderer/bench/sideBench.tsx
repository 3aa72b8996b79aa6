import type { ReactNode } from 'react'
import type { BenchSideDevice, BenchView } from '../../src-main/contract/bench.ts'
import type { BenchTools } from './benchState.ts'
import { FaultChoice } from './faultChoice.tsx'

interface SideBenchProps {
  readonly bench: BenchView
  readonly tools: BenchTools
}

/** Scale, display, lamp, readers, vending machine: whichever the configuration has emulated. */
export function SideBench({ bench, tools }: SideBenchProps): ReactNode {
  return bench.side.map((device) => <SideDevice key={device.key} device={device} tools={tools} />)
}

interface SideDeviceProps {
  readonly device: BenchSideDevice
  readonly tools: BenchTools
}

function SideDevice({ device, tools }: SideDeviceProps): ReactNode {
  const { key, title, address, plugged, shows, slider, actions, faults, fault } = device
  return (
    <section className="bench-section">
      <h2>{title}</h2>
      {plugged ? null : <p className="bench-note">Unplugged</p>}
      {shows.map((line, index) => (
        <p key={index} className="bench-shows">
          {line}
        </p>
      ))}
      {slider === null ? null : (
        <label className="bench-row">
          {slider.label}
          <input
            type="range"
            min={slider.min}
            max={slider.max}
            step={slider.step}
            value={slider.value}
            onChange={(event) =>
              void tools.tell({
                type: 'bench:sideSlider',
                device: key,
                value: event.currentTarget.valueAsNumber,
              })
            }
          />
        </label>
      )}
      <div className="bench-row">
        {actions.map(({ id, label }) => (
          <button
            key={id}
            type="button"
            onClick={() => void tools.tell({ type: 'bench:sideAction', device: key, action: id })}
          >
            {label}
          </button>
        ))}
      </div>
      {fault === null ? null : (
        <FaultChoice
          label="Fault"
          value={fault}
          faults={faults}
          onChoose={(name) => void tools.tell({ type: 'bench:sideFault', device: key, fault: name })}
        />
      )}
      <p className="bench-address">{address}</p>
    </section>
  )
}
