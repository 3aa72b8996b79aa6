import type { ReactNode } from 'react'
import type { DeviceView, LaneView } from '../../src-main/contract/laneView.ts'
import type { Language } from '../../src-main/contract/values.ts'
import { useLane, useStaffCall } from '../state/laneContext.tsx'
import { nextTheme } from '../state/theme.ts'
import { wordsFor, sayDetail, type Words } from '../words/words.ts'
import { Icon, type IconName } from './icon.tsx'

const otherLanguage: Record<Language, Language> = { 'zh-CN': 'en', en: 'zh-CN' }

const helpless = new Set<LaneView['screen']['kind']>(['starting', 'attract', 'cancelled', 'outOfOrder'])

/** Where staff may open their own layer: nobody's money is under way. */
const staffed = new Set<LaneView['screen']['kind']>(['attract', 'scanning', 'done'])

/** What a shopper should know of the machinery: no network, or a printer that will not print. */
function Status(): ReactNode {
  const { view, words } = useLane()
  const printer = view.devices.find((device) => device.category === 'PosPrinter')
  return (
    <div className="footer-status">
      {view.sync.hub === 'online' || view.sync.hub === 'connecting' ? null : (
        <span className="chip">
          <Icon name="offline" />
          {words.offline}
        </span>
      )}
      {printer === undefined || !needsStaff(printer) ? null : (
        <span className="chip">
          <Icon name="printer" />
          {printerWords(words, printer)}
        </span>
      )}
    </div>
  )
}

function needsStaff(device: DeviceView): boolean {
  return device.state === 'attention' || device.state === 'failed' || device.state === 'lost'
}

function printerWords(words: Words, printer: DeviceView): string {
  const said = printer.detail === null ? words.deviceOther : sayDetail(words, printer.detail)
  return said === words.deviceOther ? words.devices[printer.category] : said
}

interface FooterButtonProps {
  readonly icon: IconName
  readonly text: string
  readonly onPress: () => void
  readonly language?: Language
}

function FooterButton({ icon, text, onPress, language }: FooterButtonProps): ReactNode {
  return (
    <button type="button" className="footer-button" onClick={onPress} lang={language}>
      <Icon name={icon} />
      <span>{text}</span>
    </button>
  )
}

/** The same on every screen, where hands are: language, display and help. */
export function Footer(): ReactNode {
  const { view, words, theme, send, chooseTheme } = useLane()
  const other = otherLanguage[view.language]
  const openStaffCall = useStaffCall()
  const called = view.intervention?.kind === 'presentationAttack'
  const layered =
    (view.intervention !== null && !called) ||
    view.enrolment !== null ||
    view.myFace !== null ||
    view.staffLayer !== null
  const staffShown = staffed.has(view.screen.kind) && !layered && !called
  // At a vending machine nobody comes.
  const helpShown = view.shelf === null && !helpless.has(view.screen.kind) && !layered
  return (
    <footer className="footer">
      <FooterButton
        icon="language"
        text={wordsFor(other).languageName}
        language={other}
        onPress={() => send({ type: 'language:choose', language: other })}
      />
      <FooterButton icon="display" text={words.themes[theme]} onPress={() => chooseTheme(nextTheme(theme))} />
      <Status />
      {called && !layered ? (
        <FooterButton icon="person" text={words.intervention.staffCalled} onPress={openStaffCall} />
      ) : null}
      {staffShown ? (
        <FooterButton icon="person" text={words.staff.open} onPress={() => send({ type: 'staff:open' })} />
      ) : null}
      {helpShown ? (
        <FooterButton icon="help" text={words.help} onPress={() => send({ type: 'help:call' })} />
      ) : null}
    </footer>
  )
}
