import { Failure } from '../../src-main/contract/failure.ts'
import { err, ok, type Result } from '../../src-main/contract/result.ts'
import { deviceErrors } from '../port/constants.ts'

export type HidAddress =
  | { readonly kind: 'path'; readonly path: string }
  | {
      readonly kind: 'identity'
      /** The device's own serial number. */
      readonly serial?: string
      /** Where it is plugged in: bus and ports, `1-1.4`. */
      readonly port?: string
      /** Which interface of a device that has several, 0 to 255. */
      readonly interface?: number
    }

export function isHidAddress(text: string): boolean {
  return text.startsWith('hid:')
}

/**
 * Reads `hid:/dev/hidraw0`, `hid:serial=SN`, `hid:port=1-1.4`, each of the last two also with `&interface=N`. Numbers
 * of maker and product are no identity: two readers of one kind have the same.
 */
export function parseHidAddress(text: string): Result<HidAddress, Failure> {
  if (!isHidAddress(text)) return bad(text, 'it does not begin with hid:')
  const rest = text.slice('hid:'.length)
  if (rest.startsWith('/')) return ok({ kind: 'path', path: rest })
  const settings = new URLSearchParams(rest)
  for (const key of settings.keys()) {
    if (!['serial', 'port', 'interface'].includes(key)) return bad(text, `"${key}" is not known`)
  }
  const [serial, port, part] = [settings.get('serial'), settings.get('port'), settings.get('interface')]
  if (!serial && !port) return bad(text, 'it names neither a path, nor a serial number, nor a port')
  if (port && !/^\d+-\d+(?:\.\d+)*$/.test(port)) return bad(text, `"${port}" is not a port such as 1-1.4`)
  if (part !== null && !/^\d{1,3}$/.test(part))
    return bad(text, `"${part}" is not the number of an interface`)
  return ok({
    kind: 'identity',
    ...(serial ? { serial } : {}),
    ...(port ? { port } : {}),
    ...(part === null ? {} : { interface: Number(part) }),
  })
}

function bad(text: string, why: string): Result<never, Failure> {
  return err(
    new Failure({
      code: 'device.badAddress',
      attempted: `read the device address "${text}"`,
      remedy: 'staff',
      nativeCode: String(deviceErrors.illegal),
      message: `The device address "${text}" cannot be used: ${why}. Write it as hid:serial=SN, hid:port=1-1.4 or hid:/dev/hidraw0.`,
    }),
  )
}
