import { spawn } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { outcome, type Outcome } from './clone.ts'

/** An npm that notes what it is asked and answers each script with an exit code and, for the tests, a last line. */
const npm = `#!/bin/sh
echo "$*" >> "$ASKED"
case "$*" in
  'test -- --retry=1') echo 'some output'; echo "$CLOSING"; exit "$TESTS_CODE" ;;
  *"$RED"*) exit 1 ;;
esac
`

interface Answers {
  /** A script that fails, such as "lint". */
  readonly red?: string
  readonly closing?: string
  readonly testsCode?: number
  /** Whether the Debian tools are there; without them an apt-get that fails is. */
  readonly tools?: boolean
}

async function ci(answers: Answers): Promise<Outcome & { asked: string[] }> {
  const folder = mkdtempSync(path.join(tmpdir(), 'facelane-ci-'))
  try {
    const bin = path.join(folder, 'bin')
    mkdirSync(bin)
    cpSync('.ci', path.join(folder, '.ci'), { recursive: true })
    const programs: Record<string, string> = {
      npm,
      'apt-get': '#!/bin/sh\necho "apt-get $*" >> "$ASKED"\nexit 100\n',
    }
    if (answers.tools !== false)
      for (const tool of ['git', 'socat', 'chromium']) programs[tool] = '#!/bin/sh\n'
    for (const [name, text] of Object.entries(programs)) writeFileSync(path.join(bin, name), text)
    for (const name of Object.keys(programs)) chmodSync(path.join(bin, name), 0o755)
    for (const name of ['dirname', 'mktemp', 'tail', 'tee', 'rm', 'id', 'bash', 'sh', 'cat']) {
      writeFileSync(path.join(bin, name), `#!/bin/sh\nPATH=/usr/bin:/bin exec ${name} "$@"\n`)
      chmodSync(path.join(bin, name), 0o755)
    }
    const asked = path.join(folder, 'asked')
    const env = {
      PATH: bin,
      ASKED: asked,
      RED: answers.red ?? 'nothing',
      CLOSING: answers.closing ?? '412 passed, 0 failed',
      TESTS_CODE: String(answers.testsCode ?? 0),
    }
    const child = spawn('/bin/bash', [path.join(folder, '.ci', 'run')], {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    const result = await outcome(child)
    return { ...result, asked: readFileSync(asked, 'utf8').trim().split('\n') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const lastLine = (text: string): string | undefined => text.trimEnd().split('\n').at(-1)

describe('.ci/run', () => {
  it('sets up, checks format, lint and types, runs the tests, and closes with their line', async () => {
    const { code, stdout, asked } = await ci({})
    expect(asked).toEqual([
      'run -s setup',
      'run -s format:check',
      'run -s lint',
      'run -s typecheck',
      'test -- --retry=1',
    ])
    expect({ code, last: lastLine(stdout) }).toEqual({ code: 0, last: '412 passed, 0 failed' })
  })

  it('counts a failed check as a failure, and runs the tests all the same', async () => {
    const { code, stdout, asked } = await ci({ red: 'lint' })
    expect(asked).toContain('test -- --retry=1')
    expect({ code, last: lastLine(stdout) }).toEqual({ code: 1, last: '412 passed, 1 failed' })
  })

  it('is red when tests failed', async () => {
    const { code, stdout } = await ci({ closing: '410 passed, 2 failed', testsCode: 1 })
    expect({ code, last: lastLine(stdout) }).toEqual({ code: 1, last: '410 passed, 2 failed' })
  })

  it('is red when the tests ended without their line or with an exit code of their own', async () => {
    for (const answers of [{ closing: 'Segmentation fault' }, { testsCode: 3 }]) {
      const { code, stdout } = await ci(answers)
      expect(code).toBe(1)
      expect(lastLine(stdout)).toMatch(/^\d+ passed, 1 failed$/)
    }
  })

  it('stops after a set-up that failed, with the line still last', async () => {
    const { code, stdout, asked } = await ci({ red: 'setup' })
    expect(asked).toEqual(['run -s setup'])
    expect({ code, last: lastLine(stdout) }).toEqual({ code: 1, last: '0 passed, 1 failed' })
  })

  it('goes on without a Debian tool it cannot install, and warns', async () => {
    const { code, stderr, asked } = await ci({ tools: false })
    expect(asked.some((line) => line.startsWith('apt-get'))).toBe(process.getuid?.() === 0)
    expect(stderr).toContain('warning: could not install: git socat chromium')
    expect(code).toBe(0)
  })
})
