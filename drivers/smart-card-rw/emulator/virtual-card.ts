import { connect, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { createVpcdFraming, vpcdControl, vpcdMessage } from './vpcd.ts'

/** What a card does with a command: its whole answer, status word at the end; null for no answer at all. */
export type CardApplication = (apdu: Uint8Array) => Uint8Array | null

/**
 * What is wrong with the card: `slow`: each answer takes `ms`. `garble`: answers are noise. `silent`: it answers nothing
 * any more. `removedAt`: it is pulled out when its n-th command comes, 1 for the first.
 */
export type CardFault =
  | { readonly kind: 'slow'; readonly ms: number }
  | { readonly kind: 'garble' }
  | { readonly kind: 'silent' }
  | { readonly kind: 'removedAt'; readonly command: number }

export interface VirtualCardOptions {
  /** Of vpcd: 35963 for its first reader, one more for each further one, unless its configuration says otherwise. */
  readonly port: number
  readonly host?: string | undefined
  readonly application: CardApplication
  /** Default: a contactless card of ISO/IEC 14443 part 3 as PC/SC part 3 shows it. */
  readonly atr?: Uint8Array | undefined
  readonly fault?: CardFault | undefined
}

export interface VirtualCard {
  inserted(): boolean
  /** Every command that came, in order. */
  received(): readonly Uint8Array[]
  /** Once it is out of the reader, for whatever reason. */
  readonly removed: Promise<void>
  remove(): Promise<void>
}

/** PC/SC part 3, section 3.1.3.2.3: the ATR that a reader makes up for a MIFARE Classic card. */
export const contactlessAtr = Uint8Array.from(Buffer.from('3b8f8001804f0ca000000306030001000000006a', 'hex'))

/** Puts a card into a reader of vpcd, which is a real reader to pcscd. Rejects when nothing listens there. */
export async function insertCard(options: VirtualCardOptions): Promise<VirtualCard> {
  const { port, host = '127.0.0.1', application, atr = contactlessAtr, fault } = options
  const socket = connect({ host, port, noDelay: true })
  await new Promise<void>((resolve, reject) => {
    socket.once('connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => undefined)
  const received: Uint8Array[] = []
  let inserted = true
  const removed = new Promise<void>((resolve) =>
    socket.once('close', () => {
      inserted = false
      resolve()
    }),
  )
  const framing = createVpcdFraming()
  let answering: Promise<void> = Promise.resolve()

  const answer = async (message: Uint8Array): Promise<void> => {
    if (!inserted) return
    if (message.length === 1) {
      if (message[0] === vpcdControl.getAtr) send(socket, atr)
      return
    }
    received.push(message)
    if (fault?.kind === 'removedAt' && received.length >= fault.command) return void socket.destroy()
    if (fault?.kind === 'silent') return
    if (fault?.kind === 'slow') await sleep(fault.ms)
    const reply = application(message)
    if (reply === null) return
    send(socket, fault?.kind === 'garble' ? noise(received.length) : reply)
  }
  socket.on('data', (bytes: Buffer) => {
    for (const message of framing.push(bytes)) answering = answering.then(() => answer(message))
  })

  return {
    inserted: () => inserted,
    received: () => received,
    removed,
    async remove() {
      socket.destroy()
      await removed
    },
  }
}

function send(socket: Socket, bytes: Uint8Array): void {
  if (!socket.destroyed) socket.write(vpcdMessage(bytes))
}

/** Of no meaning, and never a status word that says yes. */
function noise(seed: number): Uint8Array {
  return Uint8Array.from({ length: 1 + (seed % 40) }, (_, at) => (at * 73 + seed * 29 + 1) & 0x7f)
}
