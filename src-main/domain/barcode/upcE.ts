/**
 * The UPC-A number behind the eight digits of a UPC-E symbol (number system, six figures, check digit), or null when
 * the number system is not 0 or 1. The check digit is carried over, not verified.
 * Source: GS1 General Specifications, section 5.2.2.4, zero-suppression by the sixth figure.
 */
export function expandUpcE(symbol: string): string | null {
  const [, system, figures, check] = /^([01])(\d{6})(\d)$/.exec(symbol) ?? []
  if (system === undefined || figures === undefined || check === undefined) return null
  return system + expandFigures(figures) + check
}

function expandFigures(figures: string): string {
  const last = figures.slice(5)
  switch (last) {
    case '0':
    case '1':
    case '2':
      return `${figures.slice(0, 2)}${last}0000${figures.slice(2, 5)}`
    case '3':
      return `${figures.slice(0, 3)}00000${figures.slice(3, 5)}`
    case '4':
      return `${figures.slice(0, 4)}00000${figures.slice(4, 5)}`
    default:
      return `${figures.slice(0, 5)}0000${last}`
  }
}
