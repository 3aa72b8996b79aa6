import type { DeviceView, LaneView } from '../contract/laneView.ts'
import type { DeviceStatus } from '../devices/device-status.ts'
import type { DeviceSupervisor } from '../devices/supervisor.ts'
import type { ReplicationStatus } from '../journal/replicator.ts'
import type { LaneConfig } from '../config/load.ts'
import { acceptsUntilMs } from '../domain/offline/policy.ts'
import type { FiscalDeskPort, FiscalStatus } from '../ports/fiscal.ts'
import type { LaneStorePort } from '../ports/store.ts'
import type { Face } from './face.ts'

export interface WatchingDeps {
  readonly devices: DeviceSupervisor
  readonly fiscal: FiscalDeskPort
  readonly face: Face
  readonly hubState: () => ReplicationStatus['state']
  readonly wantsCamera: () => boolean
}

export interface WatchedDevices {
  views(): readonly DeviceView[]
  /** Settles when nothing is still being opened for the first time, or after `timeoutMs`. */
  ready(timeoutMs: number): Promise<void>
}

/** Every device of the lane as the screen and the staff see it. */
export function watchDevices({ devices, fiscal, face, hubState, wantsCamera }: WatchingDeps): WatchedDevices {
  const isOpening = (): boolean => devices.statuses().some((status) => status.state === 'opening')
  return {
    views: () => [
      ...devices.statuses().map(deviceView),
      ...fiscalView(fiscal.status()),
      cameraView(face, wantsCamera()),
      { category: 'FaceEngine', state: face.state().state, detail: face.state().failure?.code ?? null },
      hubView(hubState()),
    ],
    ready: (timeoutMs) =>
      new Promise((resolve) => {
        const settle = (): void => {
          clearTimeout(limit)
          stop()
          resolve()
        }
        const limit = setTimeout(settle, timeoutMs)
        const stop = devices.onStatus(() => {
          if (!isOpening()) settle()
        })
        if (!isOpening()) settle()
      }),
  }
}

export function syncView(
  status: ReplicationStatus,
  store: Pick<LaneStorePort, 'deferredTotals' | 'lastChargedAtMs'>,
  { currency, offline }: Pick<LaneConfig, 'currency' | 'offline'>,
): LaneView['sync'] {
  const deferred = store.deferredTotals(currency)
  return {
    hub: status.lastSuccessAtMs === null && status.lastFailure === null ? 'connecting' : status.state,
    pendingEntries: status.pendingCount,
    deferredCount: deferred.count,
    deferredMinor: deferred.sumMinor,
    deferredOldestAtMs: deferred.oldestAtMs,
    deferredUntilMs: acceptsUntilMs(deferred, offline),
    lastSuccessAtMs: store.lastChargedAtMs(),
  }
}

function deviceView({ category, state, detailCode }: DeviceStatus): DeviceView {
  return { category, state, detail: detailCode }
}

function fiscalView({ state, reason }: FiscalStatus): DeviceView[] {
  if (state === 'off') return []
  return [{ category: 'FiscalDevice', state: state === 'ready' ? 'ready' : 'attention', detail: reason }]
}

/** Off until a shopper asks for it: whether it works shows when it opens. */
function cameraView(face: Face, wanted: boolean): DeviceView {
  return {
    category: 'Camera',
    state: wanted && face.state().state === 'ready' ? 'ready' : 'off',
    detail: null,
  }
}

function hubView(state: ReplicationStatus['state']): DeviceView {
  switch (state) {
    case 'online':
      return { category: 'Hub', state: 'ready', detail: null }
    case 'offline':
      return { category: 'Hub', state: 'lost', detail: 'hub.unreachable' }
    case 'forked':
    case 'refused':
      return { category: 'Hub', state: 'failed', detail: `hub.${state}` }
  }
}
