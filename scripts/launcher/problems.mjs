/**
 * A set-up that could not be done, as the operator should hear it: one sentence what is wrong, one what to do.
 * The fields are those of FailureData in src-main/contract/failure.ts.
 */
export class Problem extends Error {
  /**
   * @param {string} code @param {string} attempted @param {string} wrong @param {string} whatToDo
   * @param {unknown} [cause] the failure of a command that was run for it, as data
   */
  constructor(code, attempted, wrong, whatToDo, cause) {
    super(wrong, { cause })
    this.code = code
    this.attempted = attempted
    this.whatToDo = whatToDo
  }

  toJSON() {
    const message = `${this.message} ${this.whatToDo}`
    return { code: this.code, attempted: this.attempted, remedy: 'staff', message, cause: this.cause }
  }
}

/**
 * Native codes of npm and of the operating system, by what they mean for the person in front of the machine.
 * @type {readonly { code: string, natives: readonly string[], wrong: string, whatToDo: string }[]}
 */
const table = [
  {
    code: 'setup.network',
    natives: [
      'ENOTFOUND',
      'EAI_AGAIN',
      'ETIMEDOUT',
      'ECONNREFUSED',
      'ECONNRESET',
      'ENETUNREACH',
      'EHOSTUNREACH',
      'ERR_SOCKET_TIMEOUT',
      'EIDLETIMEOUT',
    ],
    wrong: 'The package registry cannot be reached.',
    whatToDo:
      'Check the network connection or the proxy (npm config get proxy), then run the same command again.',
  },
  {
    code: 'setup.integrity',
    natives: ['EINTEGRITY'],
    wrong: 'A downloaded package is not the one the lockfile names; nothing of it was installed.',
    whatToDo: 'Run "npm cache verify" and try again; if it stays, tell whoever runs your registry or proxy.',
  },
  {
    code: 'setup.disk',
    natives: ['ENOSPC', 'EDQUOT'],
    wrong: 'The disk is full.',
    whatToDo: 'Free about 2 GB on the disk that holds this folder, then run the same command again.',
  },
  {
    code: 'setup.readOnly',
    natives: ['EACCES', 'EPERM', 'EROFS'],
    wrong: 'This folder cannot be written to.',
    whatToDo: 'Make the folder writable for the user who runs the command, or clone it somewhere that is.',
  },
  {
    code: 'setup.registry',
    natives: ['E401', 'E403', 'E404', 'ETARGET', 'ENOVERSIONS', 'E500', 'E502', 'E503', 'E504'],
    wrong: 'The package registry does not give out a package the lockfile names.',
    whatToDo:
      'Check "npm config get registry"; a private registry must mirror every package of package-lock.json.',
  },
  {
    code: 'setup.lockfile',
    natives: ['EUSAGE', 'EJSONPARSE'],
    wrong: 'package.json and package-lock.json do not agree.',
    whatToDo:
      'Run "git checkout package.json package-lock.json", or "npm install" when you changed them on purpose.',
  },
]

/** @param {string | undefined} native */
function rowFor(native) {
  return native === undefined ? undefined : table.find((row) => row.natives.includes(native))
}

/** Names the native code beside our sentence, so that a search for either finds the other. */
function fromRow(
  /** @type {(typeof table)[number]} */ row,
  /** @type {string} */ native,
  /** @type {string} */ attempted,
) {
  return new Problem(row.code, attempted, row.wrong.replace(/\.$/, ` (${native}).`), row.whatToDo)
}

/**
 * The native code npm 10 and npm 11 print ("npm ERR! code X", "npm error code X"), with a second look for a system
 * error npm wrapped into something vaguer.
 * @param {string} output
 */
export function nativeCodeOf(output) {
  const codes = [...output.matchAll(/npm (?:ERR!|error) (?:code|errno) ([A-Z][A-Z0-9_]+)/g)].map(
    (match) => match[1],
  )
  return codes.find((code) => rowFor(code) !== undefined) ?? codes[0]
}

/** @param {string} output what npm wrote to stderr @param {number | null} exitCode */
export function npmProblem(output, exitCode) {
  if (exitCode !== null && exitCode > 128) {
    const wrong = 'The installation was interrupted; what was there before is untouched.'
    return new Problem(
      'setup.interrupted',
      'install the packages',
      wrong,
      'Run the same command again to finish it.',
    )
  }
  const native = nativeCodeOf(output)
  const row = rowFor(native)
  if (row !== undefined && native !== undefined) return fromRow(row, native, 'install the packages')
  const said = output.trim().split('\n').slice(-6).join('\n')
  const wrong = `npm could not install the packages (${native ?? `exit code ${exitCode ?? 'none'}`}):\n${said}`
  return new Problem(
    'setup.install',
    'install the packages',
    wrong,
    'Run "npm ci" to see everything npm says.',
  )
}

/** A file system error as a Problem; anything else is a bug and is thrown on. @param {unknown} error @param {string} attempted */
export function systemProblem(error, attempted) {
  const native = /** @type {{ code?: string }} */ (error)?.code
  const row = rowFor(native)
  if (row === undefined || native === undefined) throw error
  return fromRow(row, native, attempted)
}
