import type { InputField, ReportDescriptor } from './report-descriptor.ts'

/** The first field that begins with this usage (page in the upper 16 bits); null when the device has none. */
export function fieldOf({ fields }: Pick<ReportDescriptor, 'fields'>, usage: number): InputField | null {
  return fields.find((field) => !field.isArray && field.usages[0] === usage) ?? null
}

/** One value for each usage, as devices with several usages in one field have it: where `usage` stands. */
export function valueOf(
  { fields }: Pick<ReportDescriptor, 'fields'>,
  usage: number,
): { readonly reportId: number; readonly bitOffset: number; readonly bitSize: number } | null {
  for (const { isArray, usages, reportId, bitOffset, bitSize, count } of fields) {
    const at = isArray ? -1 : usages.indexOf(usage)
    if (at >= 0 && at < count) return { reportId, bitOffset: bitOffset + at * bitSize, bitSize }
  }
  return null
}

/** An unsigned number of 1 to 32 bits, the lowest first; 0 beyond the end of the report. */
export function readBits(report: Uint8Array, bitOffset: number, bitSize: number): number {
  let value = 0
  for (let bit = 0; bit < bitSize; bit++) {
    const at = bitOffset + bit
    if (((report[at >> 3] ?? 0) >> (at & 7)) & 1) value += 2 ** bit
  }
  return value
}
