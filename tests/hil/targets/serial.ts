import type { EmulatedScale } from '../../../drivers/scale/emulator/scale-emulator.ts'
import type { Target } from './rig.ts'

/** A USB serial converter of QEMU's; the scale at its far end is ours, outside the machine. */
export function serialTarget(scale: EmulatedScale): Target {
  const { port, hostname } = new URL(scale.address)
  const converter = {
    driver: 'usb-serial',
    id: 'converter',
    chardev: 'line',
    serial: 'FL-FTDI-1',
    'always-plugged': true,
  }
  return {
    name: 'serial',
    modprobe: ['xhci_pci', 'ftdi_sio'],
    hardware: [
      ...['-device', 'qemu-xhci,id=usb'],
      ...['-chardev', `socket,id=line,host=${hostname},port=${port},reconnect=1`],
      ...[
        '-device',
        Object.entries(converter)
          .map(([key, value]) =>
            key === 'driver' ? String(value) : `${key}=${value === true ? 'on' : value}`,
          )
          .join(','),
      ],
    ],
    hands: {
      put: (grams) => Promise.resolve(scale.put(Number(grams))),
      shake: () => Promise.resolve(scale.shake()),
      still: () => Promise.resolve(scale.still()),
      unplug: (_argument, qmp) => qmp.execute('device_del', { id: converter.id }),
      replug: (_argument, qmp) => qmp.execute('device_add', converter),
    },
  }
}
