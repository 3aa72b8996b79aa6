import { z } from 'zod'
import { deviceCategories, type DeviceCategory } from '../../drivers/port/constants.ts'
import { doc } from './doc.ts'
import type { OptionalDevice } from './devices.ts'

/** The key in the configuration of what a package drives instead of us; null where packages have no place. */
export const configuredAs: Readonly<
  Record<DeviceCategory, `devices.${OptionalDevice | 'printer' | 'scanner'}` | 'cardTerminal' | null>
> = {
  PosPrinter: 'devices.printer',
  CashDrawer: 'devices.cashDrawer',
  Scanner: 'devices.scanner',
  Scale: 'devices.scale',
  SmartCardRW: 'devices.cardReader',
  Msr: 'devices.stripeReader',
  PaymentTerminal: 'cardTerminal',
  LineDisplay: 'devices.lineDisplay',
  Camera: null,
  VendingController: 'devices.vending',
  Lights: 'devices.lights',
  ToneIndicator: 'devices.toneIndicator',
}

const categories = deviceCategories.filter((category) => configuredAs[category] !== null)

export const driversSchema = doc(
  z.array(
    z.looseObject({
      use: z
        .string()
        .regex(/^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/, 'is not the name of a package')
        .max(214),
      category: z.enum(categories as [DeviceCategory, ...DeviceCategory[]]),
    }),
  ),
  'drivers from packages of somebody else: "use" names the package, "category" the kind of device, the rest is for the package',
  [{ use: '@acme/facelane-scale', category: 'Scale', address: 'serial:/dev/ttyUSB1' }],
)
