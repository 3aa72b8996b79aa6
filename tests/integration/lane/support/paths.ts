import { tea, enrolled, match, walletCode, type World } from './world.ts'

export async function scanTea(w: World): Promise<void> {
  await w.scan(tea.barcodes[0] ?? '')
}

/** Basket of one tea, at the question how to pay. */
export async function toTenders(w: World): Promise<void> {
  await scanTea(w)
  await w.do({ type: 'checkout:pay' })
}

/** The face is known and the amount stands there to be confirmed. */
export async function toConfirm(w: World): Promise<string> {
  const subjectKey = enrolled(w)
  await toTenders(w)
  await w.do({ type: 'tender:choose', tender: 'face' })
  await w.look(match(subjectKey))
  return subjectKey
}

export async function confirm(w: World): Promise<void> {
  const { saleId, totalMinor } = w.view().basket
  await w.do({ type: 'payment:confirm', saleId: saleId ?? '', totalMinor })
}

/** A paid purchase with the receipt on paper. */
export async function payByCode(w: World): Promise<void> {
  await toTenders(w)
  await w.scan(walletCode)
}
