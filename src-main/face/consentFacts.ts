import { createHash } from 'node:crypto'
import type { ConsentFacts } from '../contract/face.ts'
import type { Language } from '../contract/values.ts'
import { consentPlainText, consentText } from '../domain/face/consent.ts'

/** What the journal keeps of a consent: which text, in which language, byte for byte. */
export function consentFacts(language: Language): ConsentFacts {
  return {
    textId: consentText.id,
    textVersion: consentText.version,
    language,
    textSha256: createHash('sha256').update(consentPlainText(language), 'utf8').digest('hex'),
  }
}
