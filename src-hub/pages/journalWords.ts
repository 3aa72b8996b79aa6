import type { Language } from '../../src-main/contract/values.ts'

interface JournalWords {
  readonly title: string
  readonly columns: readonly string[]
  readonly kinds: Readonly<Record<'fork' | 'parked' | 'quarantined', string>>
  readonly behind: (entries: number) => string
  readonly forkOf: (entries: number, sales: number) => string
  /** What to do, above the command that does it. */
  readonly remedy: Readonly<Record<'fork' | 'parked' | 'quarantined', string>>
}

/** What the status page says about journals that wait for a person, in both languages. */
export const journalWords: Record<Language, JournalWords> = {
  'zh-CN': {
    title: '需要处理的日志',
    columns: ['结账台', '问题', '原因', '怎么办', '开始时间'],
    kinds: { fork: '分叉', parked: '搁置', quarantined: '隔离' },
    behind: (entries) => `其后还有 ${entries} 条在等待`,
    forkOf: (entries, sales) => `${entries} 条，${sales} 笔销售`,
    remedy: {
      fork: '确认这台结账台的数据来自备份或副本，然后导入这一支：',
      parked: '先排除原因，再重新应用；确实不要的条目可以搁置一边：',
      quarantined: '条目损坏或签名不符。结账台会重新发送；确认无用后可以搁置一边：',
    },
  },
  en: {
    title: 'Journals to look into',
    columns: ['Lane', 'What', 'Why', 'What to do', 'Since'],
    kinds: { fork: 'Fork', parked: 'Parked', quarantined: 'Quarantined' },
    behind: (entries) => `${entries} more wait behind it`,
    forkOf: (entries, sales) => `${entries} entries, ${sales} sales`,
    remedy: {
      fork: 'Make sure that the lane went on from a backup or a copy, then take this branch in:',
      parked: 'Remove the cause, then apply again; leave out for good what is not wanted:',
      quarantined:
        'Damaged, or not signed by the lane, which sends it again. Leave it out once it is of no use:',
    },
  },
}
