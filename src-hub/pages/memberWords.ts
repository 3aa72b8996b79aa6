import type { DeletionReason, Jurisdiction, StoredFace } from '../../src-main/contract/rights.ts'
import type { Language } from '../../src-main/contract/values.ts'

interface MemberWords {
  readonly link: string
  readonly title: string
  readonly nothing: string
  readonly waiting: string
  readonly lane: (laneId: string) => string
  readonly states: Readonly<Record<StoredFace['state'], string>>
  readonly since: string
  readonly lastUsed: string
  readonly never: string
  readonly payments: string
  readonly templates: string
  readonly consent: string
  readonly consentOf: (day: string, version: number) => string
  readonly rules: string
  readonly jurisdictions: Readonly<Record<Jurisdiction, string>>
  readonly due: string
  readonly deleted: string
  readonly receipt: string
  readonly deleteTitle: string
  readonly deleteBody: string
  readonly delete: string
  readonly download: string
  readonly downloadBody: string
  readonly back: string
  readonly deletion: {
    readonly title: string
    readonly body: string
    readonly what: string
    readonly templates: (count: number) => string
    readonly why: string
    readonly reasons: Readonly<Record<DeletionReason, string>>
    readonly when: string
    readonly where: string
    readonly entry: string
    readonly subject: string
    readonly hash: string
    readonly valid: string
    readonly invalid: string
    readonly download: string
    readonly check: string
    readonly onItsWay: string
    readonly onItsWayBody: string
  }
}

/** Every sentence about a member's face, in both languages. */
export const memberWords: Readonly<Record<Language, MemberWords>> = {
  'zh-CN': {
    link: '我的面孔：查看或删除',
    title: '我的面孔',
    nothing: '没有为这个钱包保存面孔。',
    waiting: '已请求删除。结账台联网后会立即删除，并在这里给出凭证。',
    lane: (laneId) => `结账台 ${laneId}`,
    states: { kept: '已保存', deletionAsked: '等待删除', deleted: '已删除' },
    since: '保存自',
    lastUsed: '最近使用',
    never: '从未',
    payments: '付款次数',
    templates: '面部特征',
    consent: '同意',
    consentOf: (day, version) => `${day}，文本 ${version}`,
    rules: '适用规则',
    jurisdictions: { CN: '中国', EU: '欧盟', 'US-IL': '美国伊利诺伊州', default: '最严格的一套' },
    due: '最迟删除',
    deleted: '删除于',
    receipt: '删除凭证',
    deleteTitle: '从所有结账台删除我的面孔？',
    deleteBody: '无法恢复。您仍然可以用手机付款。',
    delete: '删除我的面孔',
    download: '下载保存的全部内容（JSON）',
    downloadBody: '包括同意记录、保存时间、最近使用和相关付款；不包括面部特征本身。',
    back: '返回钱包',
    deletion: {
      title: '删除凭证',
      body: '面部特征及其密钥已被销毁。',
      what: '已销毁',
      templates: (count) => `${count} 份面部特征`,
      why: '原因',
      reasons: {
        withdrawn: '本人在结账台撤回',
        staff: '本人到场，店员确认',
        hub: '在钱包页面或通过门店请求',
        retention: '长期未使用',
        replaced: '重新设置',
        command: '门店执行',
      },
      when: '时间',
      where: '结账台',
      entry: '日志位置',
      subject: '编号',
      hash: '日志条目的 SHA-256',
      valid: '签名有效：由这台结账台签署，内容未被改动。',
      invalid: '这张凭证的签名无效，请联系门店。',
      download: '下载凭证（JSON）',
      check: '任何人都可以用 facelane rights verify 检查下载的文件。',
      onItsWay: '凭证正在路上',
      onItsWayBody: '结账台还没有把它送到这里。收到后会自动显示。',
    },
  },
  en: {
    link: 'My face: see or delete',
    title: 'My face',
    nothing: 'No face is kept for this wallet.',
    waiting:
      'Deletion was asked for. The lane does it as soon as it is online, and the receipt appears here.',
    lane: (laneId) => `Lane ${laneId}`,
    states: { kept: 'Kept', deletionAsked: 'Waits to be deleted', deleted: 'Deleted' },
    since: 'Kept since',
    lastUsed: 'Last used',
    never: 'Never',
    payments: 'Payments',
    templates: 'Face templates',
    consent: 'Consent',
    consentOf: (day, version) => `${day}, text ${version}`,
    rules: 'Rules',
    jurisdictions: { CN: 'China', EU: 'European Union', 'US-IL': 'Illinois', default: 'The strictest set' },
    due: 'Deleted by',
    deleted: 'Deleted on',
    receipt: 'Deletion receipt',
    deleteTitle: 'Delete my face from every lane?',
    deleteBody: 'It cannot be brought back. You can still pay with your phone.',
    delete: 'Delete my face',
    download: 'Download all that is stored (JSON)',
    downloadBody:
      'Consent, when it was made and last used, and the payments with it; not the face template itself.',
    back: 'Back to the wallet',
    deletion: {
      title: 'Deletion receipt',
      body: 'The face template and its key were destroyed.',
      what: 'Destroyed',
      templates: (count) => (count === 1 ? '1 face template' : `${count} face templates`),
      why: 'Why',
      reasons: {
        withdrawn: 'Taken back at the lane',
        staff: 'In person, confirmed by staff',
        hub: 'Asked for at the wallet page or the store',
        retention: 'Not used for long',
        replaced: 'Set up anew',
        command: 'Done by the store',
      },
      when: 'When',
      where: 'Lane',
      entry: 'Journal position',
      subject: 'Reference number',
      hash: 'SHA-256 of the journal entry',
      valid: 'Signature valid: made by this lane, nothing was changed.',
      invalid: 'The signature of this receipt is not valid. Please ask the store.',
      download: 'Download the receipt (JSON)',
      check: 'Anyone can check the file with: facelane rights verify',
      onItsWay: 'Your receipt is on its way',
      onItsWayBody: 'The lane has not sent it here yet. It appears by itself.',
    },
  },
}
