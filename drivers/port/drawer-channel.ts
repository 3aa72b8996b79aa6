import type { CallOptions } from './call.ts'
import type { Unsubscribe } from './subscriptions.ts'

/** The level at the drawer connector's sensor pin (pin 3 of the printer's RJ socket). Which one means open depends on the drawer. */
export type DrawerLevel = 'low' | 'high'

export interface DrawerPulse {
  /** The connector's pin that drives the solenoid: 2 (drawer 1) or 5 (drawer 2). */
  readonly pin: 2 | 5
  /** How long the current flows; 2 to 510 ms, in steps of 2. */
  readonly onMs: number
  /** How long no further pulse may follow; not shorter than `onMs`, at most 510 ms. */
  readonly offMs: number
}

/**
 * What a printer lends to the cash drawer that is plugged into it; the printer keeps the connection and stays claimed by
 * its own driver. Lent channels live as long as the printer's driver; a printer that is lost makes them unavailable.
 */
export interface DrawerChannel {
  /** The printer's address; several drawers on one printer differ by pin. */
  readonly address: string
  /** Whether the printer is enabled and answers. */
  available(): boolean
  onAvailable(listener: (available: boolean) => void): Unsubscribe
  /**
   * Sends one pulse, between the lines of a job that is being printed. Resolves when the operating system took it.
   * Rejects with `device.offline` when there is no printer, or when it would keep the pulse until its own trouble is over.
   */
  pulse(pulse: DrawerPulse, call: CallOptions): Promise<void>
  /** Asks the printer (DLE EOT 1). Rejects like a printer's `readStatus`. */
  readLevel(call: CallOptions): Promise<DrawerLevel>
  /** What the printer told last, by itself or asked; null before the first time. */
  level(): DrawerLevel | null
  onLevel(listener: (level: DrawerLevel) => void): Unsubscribe
}
