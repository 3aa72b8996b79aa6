import type { TerminalPrompt } from '../payment-terminal-port.ts'

/** Intermediate statuses (04 FF) that ask the shopper for something; 0x40 added means "and remove the card". */
const prompts: ReadonlyMap<number, TerminalPrompt> = new Map<number, TerminalPrompt>([
  [0x00, 'wait'],
  [0x01, 'enterPin'],
  [0x02, 'enterPin'],
  [0x04, 'authorising'],
  [0x05, 'wait'],
  [0x0a, 'presentCard'],
  [0x0b, 'removeCard'],
  [0x0c, 'tryAgain'],
  [0x0e, 'wait'],
  [0x15, 'tryAgain'],
  [0x17, 'wait'],
  [0x2c, 'chooseApplication'],
  [0x4b, 'removeCard'],
  [0x68, 'wait'],
  [0xd2, 'authorising'],
  [0xd3, 'authorising'],
  [0xe0, 'chooseApplication'],
])

/** Null for a status that tells the shopper nothing to do. */
export function promptOf(code: number): TerminalPrompt | null {
  return prompts.get(code) ?? null
}
