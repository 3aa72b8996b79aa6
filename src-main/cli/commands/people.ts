import type { Command } from '../command.ts'
import { prepareRecordings } from '../recordings.ts'

const help = `facelane people prepare   [--json]

  Fetches the sample photographs named in fixtures/people/manifest.json and makes camera recordings of them, for the
  demo, the tests and the bench camera. Nothing of them is ever committed.`

export const command: Command = {
  help,
  async run(args, io) {
    const { made } = await prepareRecordings(io.say)
    if (args.includes('--json')) io.answer({ ok: true, made })
    else io.out(made ? 'Recordings made.' : 'The recordings were there.')
    return 0
  },
}
