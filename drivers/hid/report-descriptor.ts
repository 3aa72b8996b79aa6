/** A field of the input reports: `count` values of `bitSize` bits each, from `bitOffset` on. */
export interface InputField {
  /** 0 where the device numbers no reports. */
  readonly reportId: number
  /** From the first bit of the report, the byte with its number included. */
  readonly bitOffset: number
  readonly bitSize: number
  readonly count: number
  /** Page in the upper 16 bits: 0x008c00fe is page 8C, usage FE. The last one holds for all further values. */
  readonly usages: readonly number[]
  /** Values are numbers of usages (the keys of a keyboard), not one value for each usage. */
  readonly isArray: boolean
}

export interface ReportDescriptor {
  /** What the device says it is: usages of its application collections. */
  readonly applications: readonly number[]
  /** Each report begins with a byte that numbers it. */
  readonly numbered: boolean
  /** Bytes of each input report by its number, the byte with the number included; number 0 without numbering. */
  readonly reportBytes: ReadonlyMap<number, number>
  readonly fields: readonly InputField[]
}

/** A broken or hostile device must not make us reserve memory: HID allows reports of 64 KiB, a reader sends some bytes. */
const maxReportBits = 8 * 8192
const maxUsages = 1024

const mainInput = 0x8
const mainCollection = 0xa
const collectionApplication = 1
const constantFlag = 1
const variableFlag = 2
const longItemPrefix = 0xfe

interface Globals {
  page: number
  bitSize: number
  count: number
  reportId: number
}

/**
 * Reads a report descriptor; null when it breaks off or contradicts itself.
 * Source: Device Class Definition for HID 1.11, section 6.2.2.
 */
export function parseReportDescriptor(bytes: Uint8Array): ReportDescriptor | null {
  const applications: number[] = []
  const fields: InputField[] = []
  const bits = new Map<number, number>()
  const saved: Globals[] = []
  let globals: Globals = { page: 0, bitSize: 0, count: 0, reportId: 0 }
  let usages: number[] = []
  let minimum: number | null = null
  let numbered = false

  const addUsage = (usage: number): void => {
    if (usages.length < maxUsages) usages.push(usage)
  }
  const qualified = (value: number, size: number): number =>
    size === 4 ? value : globals.page * 0x1_0000 + value

  const takeMain = (tag: number, value: number): boolean => {
    if (tag === mainCollection && value === collectionApplication && usages[0] !== undefined) {
      applications.push(usages[0])
    }
    if (tag === mainInput) {
      const { reportId, bitSize, count } = globals
      const bitOffset = bits.get(reportId) ?? (numbered ? 8 : 0)
      const end = bitOffset + bitSize * count
      if (end > maxReportBits) return false
      bits.set(reportId, end)
      const isArray = (value & variableFlag) === 0
      if ((value & constantFlag) === 0 && count > 0 && bitSize > 0) {
        fields.push({ reportId, bitOffset, bitSize, count, usages, isArray })
      }
    }
    usages = []
    minimum = null
    return true
  }

  const takeGlobal = (tag: number, value: number): boolean => {
    if (tag === 0) globals.page = value
    else if (tag === 7) globals.bitSize = value
    else if (tag === 9) globals.count = value
    else if (tag === 8) {
      if (value === 0 || value > 255 || (!numbered && bits.size > 0)) return false
      numbered = true
      globals.reportId = value
    } else if (tag === 0xa) saved.push({ ...globals })
    else if (tag === 0xb) {
      const before = saved.pop()
      if (before === undefined) return false
      globals = before
    }
    return true
  }

  const takeLocal = (tag: number, value: number, size: number): void => {
    if (tag === 0) addUsage(qualified(value, size))
    else if (tag === 1) minimum = qualified(value, size)
    else if (tag === 2 && minimum !== null) {
      const maximum = qualified(value, size)
      for (let usage = minimum; usage <= maximum && usages.length < maxUsages; usage++) addUsage(usage)
    }
  }

  for (let at = 0; at < bytes.length;) {
    const prefix = bytes[at] ?? 0
    if (prefix === longItemPrefix) {
      at += 3 + (bytes[at + 1] ?? 0)
      continue
    }
    const size = (prefix & 3) === 3 ? 4 : prefix & 3
    if (at + 1 + size > bytes.length) return null
    let value = 0
    for (let byte = 0; byte < size; byte++) value += (bytes[at + 1 + byte] ?? 0) * 2 ** (8 * byte)
    const [type, tag] = [(prefix >> 2) & 3, prefix >> 4]
    const fine = type === 0 ? takeMain(tag, value) : type === 1 ? takeGlobal(tag, value) : true
    if (!fine) return null
    if (type === 2) takeLocal(tag, value, size)
    at += 1 + size
  }
  const reportBytes = new Map([...bits].map(([id, length]) => [id, Math.ceil(length / 8)] as const))
  if ([...reportBytes.values()].some((length) => length === 0)) return null
  return { applications, numbered, reportBytes, fields }
}
