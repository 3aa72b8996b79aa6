import { createHash } from 'node:crypto'
import type { ConsentFacts } from '../contract/face.ts'
import type { RightsPolicy } from '../contract/rights.ts'
import type { Language } from '../contract/values.ts'
import { consentPlainText, consentText } from '../domain/face/consent.ts'

/** What the journal keeps of a consent: what for, under which law, which text in which language, byte for byte. */
export function consentFacts(policy: RightsPolicy, language: Language): ConsentFacts {
  return {
    purpose: 'facePayment',
    jurisdiction: policy.jurisdiction,
    textId: consentText.id,
    textVersion: consentText.version,
    language,
    textSha256: createHash('sha256').update(consentPlainText(policy, language), 'utf8').digest('hex'),
  }
}
