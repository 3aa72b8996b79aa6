import { describe, expect, it } from 'vitest'
import { consentFactsSchema } from '../../../src-main/contract/face.ts'
import { jurisdictions } from '../../../src-main/contract/rights.ts'
import { languages } from '../../../src-main/contract/values.ts'
import { consentPlainText, consentSections, consentText } from '../../../src-main/domain/face/consent.ts'
import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'

describe.each(jurisdictions)('the consent under %s', (jurisdiction) => {
  const policy = rightsPolicy(jurisdiction)

  it.each(languages)(
    'in %s says what, why, where, how long, how to delete it, and that it may be refused',
    (language) => {
      const sections = consentSections(policy)
      expect(sections.length).toBeGreaterThanOrEqual(6)
      const plain = consentPlainText(policy, language)
      for (const { heading, text } of sections) {
        expect(plain).toContain(heading[language])
        expect(plain).toContain(text[language])
      }
      expect(plain).toContain(String(policy.retention.unusedDays))
      expect(plain).toContain(String(policy.guardianBelowYears))
    },
  )

  it('says first that nobody has to, where the law wants another way offered', () => {
    const first = consentSections(policy)[0]?.heading.en
    expect(first === 'You may say no').toBe(policy.alternativeFirst)
  })

  it('is a written release where the law wants one', () => {
    const headings = consentSections(policy).map(({ heading }) => heading.en)
    expect(headings.includes('Written release')).toBe(policy.writtenRelease)
    expect(headings.includes('When it is destroyed')).toBe(policy.retentionSchedule)
  })
})

it('the facts of a consent name the text byte for byte: a changed wording needs a new version', () => {
  const facts = jurisdictions.flatMap((jurisdiction) =>
    languages.map((language) => consentFactsSchema.parse(consentFacts(rightsPolicy(jurisdiction), language))),
  )
  expect(facts.every(({ textVersion }) => textVersion === consentText.version)).toBe(true)
  expect(
    facts.map(
      ({ jurisdiction, language, textSha256 }) =>
        `${consentText.version} ${jurisdiction} ${language} ${textSha256}`,
    ),
  ).toMatchInlineSnapshot(`
    [
      "2 CN zh-CN 91864ef8121151efe95272ddcf04bb61e4dca9417a3ba207d635e652debd3454",
      "2 CN en 9956c35bee06799e71fc2e22c21a3d10c2cafb61d51f0c48ad1b577398dd8880",
      "2 EU zh-CN 7abf79382c7f53af7e64660facb9be45d680d9aa84b2b71dd5a99b9fc20f8dda",
      "2 EU en 041489a608f79aed2e4f138bd181d0bb02eb181ac230af225a698c25eef05af0",
      "2 US-IL zh-CN dd3911fa964f0877c22bc2ca2a7bcd37ee6474940d2404413c91bab9cdf9cfbe",
      "2 US-IL en fde22d74f0ba14f913f29fe3650ca24853b1c437df6d21cab5dc8879ecabb257",
      "2 default zh-CN 397678e1682ab6373a7eafb1d50eeffc57dce3ccbcc9005eb2f1a413f35e69b2",
      "2 default en 670c2133308722661b83d58a40e8781e3a709b88e86cd7fd3a2db4565c119d82",
    ]
  `)
})
