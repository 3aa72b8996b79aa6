import {
  exchange,
  getUid,
  readBinary,
  selectApplication,
  selectFile,
  statusWords,
  type Transmit,
} from './apdu.ts'
import type { CardRefusal, MemberCardFormat } from './smart-card-rw-port.ts'

export type MemberCard =
  | { readonly kind: 'member'; readonly memberNumber: string }
  | {
      readonly kind: 'refused'
      readonly reason: Exclude<CardRefusal, 'removedTooSoon'>
      readonly statusWord: string | null
    }

const defaultLength = 32
const longestUid = 10

/** Reads the member's number from a card; rejects with whatever `transmit` rejects with. */
export function readMemberCard(transmit: Transmit, format: MemberCardFormat): Promise<MemberCard> {
  return format.kind === 'uid' ? readUid(transmit) : readFile(transmit, format)
}

async function readUid(transmit: Transmit): Promise<MemberCard> {
  const answer = await exchange(transmit, getUid)
  if (answer === null) return refused('unreadable', null)
  const { data, statusWord } = answer
  if (statusWord !== statusWords.ok) return refused('notAMemberCard', statusWord)
  if (data.length < 4 || data.length > longestUid) return refused('unreadable', statusWord)
  // ISO/IEC 14443-3: a single-size UID that begins with 08 is drawn anew for each presentation, as phones do it.
  if (data.length === 4 && data[0] === 0x08) return refused('notAMemberCard', statusWord)
  return { kind: 'member', memberNumber: hex(data) }
}

async function readFile(
  transmit: Transmit,
  { aid, fileId, offset = 0, length = defaultLength }: Extract<MemberCardFormat, { kind: 'file' }>,
): Promise<MemberCard> {
  const selects = [
    selectApplication(bytesOf(aid)),
    ...(fileId === undefined ? [] : [selectFile(bytesOf(fileId))]),
  ]
  for (const select of selects) {
    const answer = await exchange(transmit, select)
    if (answer === null) return refused('unreadable', null)
    if (answer.statusWord !== statusWords.ok) return refused('notAMemberCard', answer.statusWord)
  }
  const answer = await exchange(transmit, readBinary(offset, length))
  if (answer === null) return refused('unreadable', null)
  const { data, statusWord } = answer
  if (statusWord !== statusWords.ok && statusWord !== statusWords.endOfFile) {
    return refused('notAMemberCard', statusWord)
  }
  const memberNumber = String.fromCharCode(...data).replace(/[\0 \u00ff]+$/, '')
  if (!/^[0-9A-Za-z]{4,32}$/.test(memberNumber)) return refused('notAMemberCard', statusWord)
  return { kind: 'member', memberNumber }
}

function refused(reason: 'notAMemberCard' | 'unreadable', statusWord: number | null): MemberCard {
  const word = statusWord === null ? null : statusWord.toString(16).toUpperCase().padStart(4, '0')
  return { kind: 'refused', reason, statusWord: word }
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
}

function bytesOf(text: string): Uint8Array {
  return Uint8Array.from(text.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16))
}
