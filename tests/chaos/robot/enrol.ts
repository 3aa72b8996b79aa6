import { rightsPolicy } from '../../../src-main/domain/rights/policy.ts'
import { consentFacts } from '../../../src-main/face/consentFacts.ts'
import type { EnrolmentView } from '../../../src-main/contract/laneView.ts'
import { pictureOf } from '../lane/picture.ts'
import type { Page } from './page.ts'

const limitMs = 20_000

/** Sets up paying by face for one person, by what the page offers. Before the campaign: nothing fails yet. */
export async function enrol(page: Page, person: number, walletCode: string): Promise<void> {
  const { textId, textVersion } = consentFacts(rightsPolicy('default'), 'en')
  await when(
    page,
    `person ${person} to begin`,
    (view) => view.enrolment === null && view.screen.kind === 'attract',
  )
  await page.command({ type: 'enrolment:begin' })
  await page.command({ type: 'enrolment:consent', textId, textVersion, agreed: true, ofAge: true })
  await page.command({ type: 'barcode:enter', text: walletCode })
  const isOver = (step: EnrolmentView['step'] | undefined) => step === 'done' || step === 'failed'
  await when(page, `person ${person} to be enrolled`, (view) => {
    if (view.enrolment?.step === 'look') page.picture(pictureOf(person))
    return isOver(view.enrolment?.step)
  })
  const { enrolment } = page.view() ?? {}
  if (enrolment?.step !== 'done')
    throw new Error(`Person ${person} was not enrolled: ${JSON.stringify(enrolment)}`)
  await page.command({ type: 'enrolment:finish' })
}

async function when(
  page: Page,
  what: string,
  wanted: (view: NonNullable<ReturnType<Page['view']>>) => boolean,
): Promise<void> {
  const deadline = performance.now() + limitMs
  for (;;) {
    const view = page.view()
    if (view !== null && wanted(view)) return
    if (performance.now() > deadline)
      throw new Error(`Waited in vain for ${what}: ${JSON.stringify(view?.screen)}`)
    await page.changed(50)
  }
}
