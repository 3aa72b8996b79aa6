import type { LaneEventOf } from '../../contract/events.ts'
import type { StoredFace } from '../../contract/rights.ts'

/**
 * Stands in every export. The right of access reaches the template too, but a copy of it in clear on a phone or in a
 * mailbox would be a key to the person that cannot be changed; whoever needs it gets it in person.
 */
export const templateNote =
  'The face templates themselves are not in this file: they are kept encrypted, and a copy in clear could be used against you. What is listed is everything about them. You may ask the merchant for the template in person.'

/** A consent as an export tells it. */
export function exportedConsent(
  event: LaneEventOf<'consent.given'>,
  atMs: number,
): NonNullable<StoredFace['consent']> {
  const { textId, textVersion, textSha256, language, guardian } = event
  return {
    atMs,
    textId,
    textVersion,
    textSha256,
    language,
    purpose: event.purpose ?? 'facePayment',
    jurisdiction: event.jurisdiction ?? 'default',
    guardian: guardian !== undefined,
  }
}
