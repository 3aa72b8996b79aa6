import type { Target } from './rig.ts'

/** A printer and two scanners that the guest's kernel makes itself, as gadgets on dummy controllers. */
export function usbTarget(): Target {
  return {
    name: 'usb',
    modprobe: [
      'dummy_hcd num=3',
      'libcomposite',
      'usb_f_printer',
      'usb_f_hid',
      'usblp',
      'usbhid',
      'hid_generic',
    ],
    hardware: [],
    hands: {},
  }
}
