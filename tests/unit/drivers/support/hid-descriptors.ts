const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex.replaceAll(/\s/g, ''), 'hex'))

/** Source: Device Class Definition for HID 1.11, appendix E.6 (protocol 1, keyboard). */
export const bootKeyboardDescriptor = bytes(`
  05 01 09 06 a1 01 05 07 19 e0 29 e7 15 00 25 01 75 01 95 08 81 02 95 01 75 08 81 01
  95 05 75 01 05 08 19 01 29 05 91 02 95 01 75 03 91 01
  95 06 75 08 15 00 25 65 05 07 19 00 29 65 81 00 c0`)

/** A scanner's scanned-data report as HID Point of Sale Usage Tables 1.02 build it, 64 bytes with number 2. */
export const posDescriptor = bytes(`
  05 8c 09 02 a1 01 09 12 a1 02 85 02 15 00 26 ff 00 75 08 95 01 05 01 09 3b 81 02
  95 03 05 8c 09 fb 09 fc 09 fd 81 02
  95 38 09 fe 82 02 01
  95 02 06 66 ff 09 04 09 00 81 02
  05 8c 75 01 95 01 09 ff 81 02 95 07 81 03 c0 c0`)

/** MagTek USB HID swipe reader. Source: its technical reference manual, section "report descriptor". */
export const swipeDescriptor = bytes(`
  06 00 ff 09 01 a1 01 15 00 26 ff 00 75 08 09 20 09 21 09 22 09 28 09 29 09 2a 09 38 95 07 81 02
  09 30 95 6e 82 02 01 09 31 95 6e 82 02 01 09 32 95 6e 82 02 01
  09 20 95 18 b2 02 01 c0`)
