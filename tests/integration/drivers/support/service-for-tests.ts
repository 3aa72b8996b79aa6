import type { StartService } from '../../../../drivers/isolation/messages.ts'
import { deviceFailure } from '../../../../drivers/port/failures.ts'

/** A service that does what it is told to do wrong. */
export const startService: StartService = (options, emit) => {
  const { atStart } = options as { readonly atStart: 'begin' | 'die' | 'refuse' | 'throw' }
  if (atStart === 'die') process.exit(3)
  if (atStart === 'refuse') throw deviceFailure('noExist', 'start', 'There is no such device.')
  if (atStart === 'throw') throw new Error('libusb was not found')
  return Promise.resolve({
    handle(method, argument, signal) {
      switch (method) {
        case 'echo':
          emit({ echoed: argument })
          return Promise.resolve(argument)
        case 'wait':
          return new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              emit('given up')
              reject(deviceFailure('failure', 'wait', 'Given up.'))
            })
          })
        case 'hang':
          for (;;);
        case 'die':
          return process.exit(5)
        default:
          return Promise.reject(deviceFailure('illegal', method, 'No such method.'))
      }
    },
    close: () => Promise.resolve(),
  })
}
