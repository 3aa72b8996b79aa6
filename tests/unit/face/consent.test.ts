import { expect, test } from 'vitest'
import { consentFactsSchema } from '../../../src-main/contract/face.ts'
import { languages } from '../../../src-main/contract/values.ts'
import { consentPlainText, consentText } from '../../../src-main/domain/face/consent.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'

test('the consent says in both languages what, why, where, how long, how to delete, and that it may be refused', () => {
  expect(consentText.sections).toHaveLength(6)
  for (const language of languages) {
    const plain = consentPlainText(language)
    for (const { heading, text } of consentText.sections) {
      expect(plain).toContain(heading[language])
      expect(plain).toContain(text[language])
    }
  }
})

test('the facts of a consent name the text byte for byte: a changed wording needs a new version', () => {
  expect(languages.map((language) => consentFactsSchema.parse(consentFacts(language))))
    .toMatchInlineSnapshot(`
    [
      {
        "language": "zh-CN",
        "textId": "face-payment",
        "textSha256": "ee1b3c6d45a2af5757e25a3c79b03abe31a441177d03cdc5c87e5346f52fea1f",
        "textVersion": 1,
      },
      {
        "language": "en",
        "textId": "face-payment",
        "textSha256": "1b12ca3501d0cbce2c02869181f9b11341a780393c9cf055d810eaea7535c537",
        "textVersion": 1,
      },
    ]
  `)
})
