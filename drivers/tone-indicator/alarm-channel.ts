import type { LightsPort } from '../lights/lights-port.ts'
import { deviceFailure } from '../port/failures.ts'
import type { ToneChannel } from './tone-indicator-port.ts'

/** The buzzer of a light tower, lent by the lamp: the colours stay as they are. */
export function alarmChannel(lights: LightsPort): ToneChannel {
  const away = (attempted: string) =>
    deviceFailure('offline', `${attempted} the buzzer of ${lights.address}`, 'The lamp it is in is away.')
  return {
    address: `lights:${lights.name}`,
    async open() {
      if (!lights.enabled()) throw away('open')
      if (!lights.hasAlarm) {
        throw deviceFailure('illegal', `open the buzzer of ${lights.address}`, 'This lamp has no buzzer.')
      }
    },
    switchTo: (on, call) => lights.switchTo({ ...lights.shown(), alarm: on }, call),
    probe: () => Promise.resolve(),
    onClose: (listener) => lights.onError(listener),
    close: () => Promise.resolve(),
  }
}
