import { useState, type ReactNode } from 'react'
import type { InterventionView, Screen } from '../../src-main/contract/laneView.ts'
import { unreachable } from '../../src-main/contract/result.ts'
import { EnrolmentLayer } from '../layers/enrolment.tsx'
import { InterventionLayer } from '../layers/intervention.tsx'
import { MyFaceLayer } from '../layers/myFace.tsx'
import { StaffLayer } from '../layers/staff.tsx'
import { WeighingLayer } from '../layers/weighing.tsx'
import { StaffCallProvider, useLane } from '../state/laneContext.tsx'
import { AttractScreen } from './attract.tsx'
import { CashScreen } from './cash.tsx'
import { CodeCaptureScreen } from './codeCapture.tsx'
import { ConfirmScreen } from './confirm.tsx'
import { DispensingScreen } from './dispensing.tsx'
import { DoneScreen, PrintingScreen } from './done.tsx'
import { FaceCaptureScreen } from './faceCapture.tsx'
import { ScanningScreen } from './scanning.tsx'
import { SecondFactorScreen } from './secondFactor.tsx'
import { ShelfScreen } from './shelf.tsx'
import { OwingScreen, VoidingScreen, WalletFaceScreen } from './settling.tsx'
import { DeclinedScreen, TenderChoiceScreen } from './tenderChoice.tsx'
import {
  ApprovedScreen,
  AuthorisingScreen,
  CancelledScreen,
  OutOfOrderScreen,
  StartingScreen,
  UnknownScreen,
} from './waiting.tsx'

/** Help first, then enrolment or "my face", then the checkout itself: one thing on the screen at a time. */
export function ScreenRouter(): ReactNode {
  const { view } = useLane()
  const { intervention } = view
  const [asideKey, setAsideKey] = useState<string | null>(null)
  const [openedKey, openKey] = useState<string | null>(null)
  if (intervention !== null && liesOnTop(intervention, view.screen.kind, { asideKey, openedKey })) {
    return (
      <InterventionLayer
        key={intervention.interventionKey}
        intervention={intervention}
        onAside={() => {
          setAsideKey(intervention.interventionKey)
          openKey(null)
        }}
      />
    )
  }
  if (view.enrolment !== null) return <EnrolmentLayer key={view.enrolment.step} enrolment={view.enrolment} />
  if (view.myFace !== null) return <MyFaceLayer key={view.myFace.step} myFace={view.myFace} />
  if (view.staffLayer !== null) {
    return <StaffLayer key={view.staffLayer.page.step} layer={view.staffLayer} />
  }
  const held = intervention !== null && intervention.kind !== 'presentationAttack'
  // A call for staff that was laid aside keeps its basket on the screen.
  if (view.weighing !== null && !held) return <WeighingLayer weighing={view.weighing} />
  return (
    <StaffCallProvider value={() => openKey(intervention?.interventionKey ?? null)}>
      <CheckoutScreen onStaff={() => setAsideKey(null)} />
    </StaffCallProvider>
  )
}

/** An attack is looked into by staff beside the sale: the shopper goes on, and staff opens the layer in the footer. */
function liesOnTop(
  { kind, interventionKey }: InterventionView,
  screen: Screen['kind'],
  keys: { readonly asideKey: string | null; readonly openedKey: string | null },
): boolean {
  if (kind === 'presentationAttack') return interventionKey === keys.openedKey
  return !(screen === 'scanning' && interventionKey === keys.asideKey)
}

function CheckoutScreen({ onStaff }: { readonly onStaff: () => void }): ReactNode {
  const { screen, shelf } = useLane().view
  switch (screen.kind) {
    case 'starting':
      return <StartingScreen />
    case 'attract':
      return shelf === null ? <AttractScreen /> : <ShelfScreen tiles={shelf} />
    case 'scanning':
      if (shelf !== null) return <ShelfScreen tiles={shelf} />
      return <ScanningScreen lastLineId={screen.lastLineId} onStaff={onStaff} />
    case 'tenderChoice':
      return <TenderChoiceScreen offers={screen.offers} />
    case 'faceCapture':
      return <FaceCaptureScreen capture={screen.capture} />
    case 'codeCapture':
      return <CodeCaptureScreen tender={screen.tender} owing={screen.owing} />
    case 'walletFace':
      return <WalletFaceScreen wallet={screen.wallet} />
    case 'cash':
      return <CashScreen screen={screen} />
    case 'owing':
      return <OwingScreen screen={screen} />
    case 'secondFactor':
      return (
        <SecondFactorScreen
          key={screen.attemptsLeft}
          digits={screen.digits}
          attemptsLeft={screen.attemptsLeft}
        />
      )
    case 'confirm':
      return <ConfirmScreen screen={screen} />
    case 'authorising':
      return <AuthorisingScreen tender={screen.tender} prompt={screen.prompt} />
    case 'approved':
      return <ApprovedScreen />
    case 'declined':
      return <DeclinedScreen reason={screen.reason} offers={screen.offers} />
    case 'unknown':
      return <UnknownScreen phase={screen.phase} />
    case 'voiding':
      return <VoidingScreen screen={screen} />
    case 'dispensing':
      return <DispensingScreen vend={screen.vend} />
    case 'printing':
      return <PrintingScreen receipt={screen.receipt} changeMinor={screen.changeMinor} />
    case 'done':
      return <DoneScreen screen={screen} />
    case 'cancelled':
      return <CancelledScreen />
    case 'outOfOrder':
      return <OutOfOrderScreen reasons={screen.reasons} basketKept={screen.basketKept} />
    default:
      return unreachable(screen)
  }
}
