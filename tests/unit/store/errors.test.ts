import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import { storeFailure, withStoreFailures } from '../../../src-main/store/errors.ts'

const sqlite = (code: string) => new Database.SqliteError('native words', code)

describe('what the store throws', () => {
  const cases: readonly [native: Error, code: string][] = [
    [sqlite('SQLITE_FULL'), 'store.diskFull'],
    [sqlite('SQLITE_IOERR_SHMSIZE'), 'store.diskFull'],
    [Object.assign(new Error('write'), { code: 'ENOSPC' }), 'store.diskFull'],
    [sqlite('SQLITE_CORRUPT_INDEX'), 'store.corrupt'],
    [sqlite('SQLITE_NOTADB'), 'store.corrupt'],
    [sqlite('SQLITE_BUSY_SNAPSHOT'), 'store.busy'],
    [sqlite('SQLITE_IOERR_FSYNC'), 'store.ioError'],
    [sqlite('SQLITE_READONLY_DBMOVED'), 'store.readOnly'],
    [Object.assign(new Error('open'), { code: 'EROFS' }), 'store.readOnly'],
  ]
  for (const [native, code] of cases) {
    it(`is ${code} for ${String(Reflect.get(native, 'code'))}, with the native code kept`, () => {
      const failure = storeFailure(native, 'do something')
      expect(failure).toBeInstanceOf(Failure)
      expect(failure).toMatchObject({
        code,
        attempted: 'do something',
        nativeCode: Reflect.get(native, 'code') as string,
      })
    })
  }

  it('leaves bugs and failures as they are', () => {
    const bug = new TypeError('undefined is not a function')
    expect(storeFailure(bug, 'x')).toBe(bug)
    const constraint = sqlite('SQLITE_CONSTRAINT_UNIQUE')
    expect(storeFailure(constraint, 'x')).toBe(constraint)
    const failure = new Failure({ code: 'a.b', attempted: 'x', remedy: 'none', message: 'm' })
    expect(storeFailure(failure, 'x')).toBe(failure)
  })

  it('gives back what the work gives back', () => {
    expect(withStoreFailures('x', () => 7)).toBe(7)
  })
})
