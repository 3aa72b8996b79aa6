import type { Paper } from './state.ts'

/**
 * What a paid shopper may ask of the printer: another paper, or to stop. Another one only while none is on its way by
 * itself, so that one doubt never brings two copies.
 */
export function paperOffer(paper: Paper): 'copy' | 'noPaper' | null {
  return offers[paper]
}

const offers: Readonly<Record<Paper, 'copy' | 'noPaper' | null>> = {
  printing: 'noPaper',
  copyPrinting: 'noPaper',
  copyWaiting: 'noPaper',
  printed: 'copy',
  notPrinted: 'copy',
  unknown: 'copy',
  declinedByShopper: null,
  noPrinter: null,
}
