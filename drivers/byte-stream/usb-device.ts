/** What a stream needs of a USB device: the part of WebUSB's `USBDevice`, as the `usb` package offers it. */
export interface UsbDeviceLike {
  readonly vendorId: number
  readonly productId: number
  readonly serialNumber?: string | null | undefined
  readonly manufacturerName?: string | null | undefined
  readonly productName?: string | null | undefined
  /** Begins with the bus number: `001`. */
  readonly bus: string
  readonly address: number
  readonly ports: readonly number[]
  readonly configuration?: UsbConfigurationLike | null | undefined
  readonly configurations: readonly UsbConfigurationLike[]
  open(): Promise<void>
  close(): Promise<void>
  selectConfiguration(value: number): Promise<void>
  claimInterface(number: number): Promise<void>
  releaseInterface(number: number): Promise<void>
  selectAlternateInterface(number: number, alternate: number): Promise<void>
  detachKernelDriver(number: number): Promise<void>
  attachKernelDriver(number: number): Promise<void>
  controlTransferIn(setup: UsbSetup, length: number): Promise<UsbInResult>
  /** Rejects with "cancelled" when nothing came within `timeoutMs`. */
  transferIn(endpoint: number, length: number, timeoutMs?: number): Promise<UsbInResult>
  transferOut(endpoint: number, data: Uint8Array, timeoutMs?: number): Promise<UsbOutResult>
}

export interface UsbSetup {
  readonly requestType: 'standard' | 'class' | 'vendor'
  readonly recipient: 'device' | 'interface' | 'endpoint' | 'other'
  readonly request: number
  readonly value: number
  readonly index: number
}

export interface UsbInResult {
  readonly data?: DataView | undefined
  readonly status?: string | undefined
}

export interface UsbOutResult {
  readonly bytesWritten: number
  readonly status?: string | undefined
}

export interface UsbConfigurationLike {
  readonly configurationValue: number
  readonly interfaces: readonly {
    readonly interfaceNumber: number
    readonly alternates: readonly UsbAlternateLike[]
  }[]
}

export interface UsbAlternateLike {
  readonly alternateSetting: number
  readonly interfaceClass: number
  readonly interfaceSubclass: number
  readonly interfaceProtocol: number
  readonly endpoints: readonly {
    readonly endpointNumber: number
    readonly direction: 'in' | 'out'
    readonly type: string
    readonly packetSize: number
  }[]
}

/** The bus as a whole. */
export interface UsbHost {
  devices(): Promise<readonly UsbDeviceLike[]>
}

/** Bus and ports as the kernel writes them in `/sys/bus/usb/devices`: `1-1.4`; null for a root hub. */
export function locationOf(device: Pick<UsbDeviceLike, 'bus' | 'ports'>): string | null {
  return device.ports.length === 0 ? null : `${Number.parseInt(device.bus, 10)}-${device.ports.join('.')}`
}

/** The bus of this machine. The native code is loaded when somebody asks for it, and not before. */
export const systemUsbHost: UsbHost = {
  async devices() {
    const { usb } = await import('usb')
    // The package's own types stand on a browser's; what it does is this.
    return (await usb.getDevices()) as unknown as UsbDeviceLike[]
  },
}
