import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeAnswer, exchange, readBinary, selectApplication } from '../../../drivers/smart-card-rw/apdu.ts'
import {
  cardApplication,
  emulatedAid,
  testCards,
} from '../../../drivers/smart-card-rw/emulator/card-application.ts'
import { createVpcdFraming, vpcdMessage } from '../../../drivers/smart-card-rw/emulator/vpcd.ts'
import { readMemberCard } from '../../../drivers/smart-card-rw/member-card.ts'
import { cut } from './support/chunks.ts'

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex')
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'hex'))
const file = { kind: 'file', aid: emulatedAid, fileId: '0101' } as const

describe('commands to a card', () => {
  test('are built as ISO/IEC 7816-4 has them', () => {
    expect(hex(selectApplication(bytes('a0000000031010')))).toBe('00a4040007a0000000031010')
    expect(hex(readBinary(0x0102, 0x20))).toBe('00b0010220')
    expect(hex(readBinary(0, 256))).toBe('00b0000000')
    expect(decodeAnswer(bytes('31329000'))).toEqual({ data: bytes('3132'), statusWord: 0x9000 })
    for (const none of ['', '90', '0102', '5fff']) expect(decodeAnswer(bytes(none))).toBeNull()
  })

  test('an answer in parts is fetched whole, and one of another length asked again', async () => {
    const heard: string[] = []
    const script: Record<string, string> = {
      '00b0000020': '6c04',
      '00b0000004': '31326102',
      '00c0000002': '33349000',
    }
    const answer = await exchange(
      (command) => {
        heard.push(hex(command))
        return Promise.resolve(bytes(script[hex(command)] ?? ''))
      },
      readBinary(0, 32),
    )
    expect(heard).toEqual(Object.keys(script))
    expect(answer).toEqual({ data: bytes('31323334'), statusWord: 0x9000 })
  })

  test('a card that always has more to say is given up', async () => {
    expect(await exchange(() => Promise.resolve(bytes('316101')), readBinary(0, 1))).toBeNull()
  })
})

describe("a member's card", () => {
  const read = (
    contents: Parameters<typeof cardApplication>[0],
    format: Parameters<typeof readMemberCard>[1],
  ) => {
    const application = cardApplication(contents)
    return readMemberCard((command) => Promise.resolve(application(command) ?? new Uint8Array()), format)
  }

  test('gives its number by serial number or from its file', async () => {
    expect(await read(testCards.member, { kind: 'uid' })).toEqual({
      kind: 'member',
      memberNumber: '04A1B2C3D4E5F6',
    })
    expect(await read(testCards.member, file)).toEqual({ kind: 'member', memberNumber: '8800123456' })
    expect(
      await read({ ...testCards.member, file: 'XX8800\0\0' }, { ...file, offset: 2, length: 6 }),
    ).toEqual({
      kind: 'member',
      memberNumber: '8800',
    })
  })

  test('is not another card, nor a phone', async () => {
    expect(await read(testCards.otherShop, file)).toMatchObject({
      reason: 'notAMemberCard',
      statusWord: '6A82',
    })
    expect(await read(testCards.otherShop, { kind: 'uid' })).toMatchObject({ statusWord: '6D00' })
    expect(await read(testCards.phone, { kind: 'uid' })).toMatchObject({ reason: 'notAMemberCard' })
    expect(await read({ ...testCards.member, file: '12;DROP' }, file)).toMatchObject({
      reason: 'notAMemberCard',
    })
  })

  test('whatever a card answers, the reading ends in a number or a refusal', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.infiniteStream(fc.uint8Array({ maxLength: 40 })),
        fc.constantFrom(file, { kind: 'uid' } as const),
        async (answers, format) => {
          const transmit = () => Promise.resolve(answers.next().value ?? new Uint8Array())
          const card = await readMemberCard(transmit, format)
          if (card.kind === 'member') expect(card.memberNumber).toMatch(/^[0-9A-Za-z]{4,32}$/)
          else expect(['notAMemberCard', 'unreadable']).toContain(card.reason)
        },
      ),
    )
  })
})

test('any chunking of messages of a virtual reader gives the same messages', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 300 })), fc.array(fc.nat()), (messages, cuts) => {
      const wire = Uint8Array.from(messages.flatMap((message) => [...vpcdMessage(message)]))
      const framing = createVpcdFraming()
      expect(cut(wire, cuts).flatMap((part) => framing.push(part))).toEqual(messages)
    }),
  )
})
