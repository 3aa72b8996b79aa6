/** One log line for a person at a terminal: `12:30:05.123 warn  printer: Paper is low {"paper":"nearEnd"}`. */
export function prettyLine(json: string): string {
  const { time, level, area, msg, ...facts } = JSON.parse(json) as Record<string, unknown>
  const clock = typeof time === 'string' ? time.slice(11, 23) : ''
  const where = typeof area === 'string' ? `${area}: ` : ''
  const rest = Object.keys(facts).length === 0 ? '' : ` ${JSON.stringify(facts)}`
  return `${clock} ${String(level).padEnd(5)} ${where}${String(msg)}${rest}\n`
}
