import { describe, expect, it } from 'vitest'
import { Failure } from '../../../src-main/contract/failure.ts'
import { noticeOfStore } from '../../../src-main/lane/news.ts'

describe('a store that keeps nothing any more', () => {
  it.each([
    ['store.corrupt', 'storeCorrupt'],
    ['journal.broken', 'journalBroken'],
    ['store.diskFull', 'diskFull'],
  ])('says of %s what it is', (code, notice) => {
    const failure = new Failure({ code, attempted: 'commit', remedy: 'staff', message: 'Test.' })
    expect(noticeOfStore(failure)).toEqual({ code: notice })
  })
})
