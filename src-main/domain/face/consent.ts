import type { RightsPolicy } from '../../contract/rights.ts'
import type { Language, Localised } from '../../contract/values.ts'

export interface ConsentSection {
  readonly heading: Localised
  readonly text: Localised
}

/**
 * What a shopper reads before their face is kept. Any change of wording, here or of a number in a policy file, is a
 * new `version`: the journal holds version, jurisdiction and language, and the hash of what was shown.
 */
export const consentText = {
  id: 'face-payment',
  version: 2,
  title: {
    'zh-CN': '用面孔付款：先请您了解',
    en: 'Pay with your face: please read first',
  },
} as const satisfies { readonly id: string; readonly version: number; readonly title: Localised }

/** The paragraphs as the policy of the lane's jurisdiction wants them, in the order they stand on the screen. */
export function consentSections(policy: RightsPolicy): readonly ConsentSection[] {
  const mayRefuse = refusal(policy)
  return [
    ...(policy.alternativeFirst ? [mayRefuse] : []),
    kept,
    purpose,
    place,
    duration(policy),
    deletion,
    ...(policy.alternativeFirst ? [] : [mayRefuse]),
    ...(policy.retentionSchedule ? [schedule(policy)] : []),
    ...(policy.writtenRelease ? [release] : []),
  ]
}

const kept: ConsentSection = {
  heading: { 'zh-CN': '保存什么', en: 'What is kept' },
  text: {
    'zh-CN':
      '摄像头会拍摄几秒钟。照片不会被保存。我们把您的面孔换算成一组数字（面部特征），加密后与您的钱包编号一起保存。',
    en: 'The camera looks for a few seconds. No picture is kept. Your face is turned into a set of numbers (a face template), which is encrypted and kept together with the number of your wallet.',
  },
}

const purpose: ConsentSection = {
  heading: { 'zh-CN': '用来做什么', en: 'What it is for' },
  text: {
    'zh-CN':
      '只用于一件事：当您选择“刷脸支付”时，在本店的收银台认出您，并从您的钱包付款。不用于广告、统计或监控，也不会在您没有选择时开启摄像头。',
    en: 'For one thing only: when you choose to pay with your face, the checkouts of this store recognise you and charge your wallet. Never for advertising, statistics or surveillance, and the camera stays off until you choose it.',
  },
}

const place: ConsentSection = {
  heading: { 'zh-CN': '存放在哪里', en: 'Where it is kept' },
  text: {
    'zh-CN': '以加密形式存放在本店的收银台。面部特征不会交给付款公司或其他任何人。',
    en: 'Encrypted, on the checkouts of this store. The template is not given to the payment company or to anybody else.',
  },
}

function duration({ retention }: RightsPolicy): ConsentSection {
  const { unusedDays } = retention
  return {
    heading: { 'zh-CN': '保存多久', en: 'For how long' },
    text: {
      'zh-CN': `直到您删除它，或撤回同意。如果连续 ${unusedDays} 天没有用它付款，它会被自动删除。`,
      en: `Until you delete it or withdraw your consent. If you do not pay with it for ${unusedDays} days, it is deleted by itself.`,
    },
  }
}

const deletion: ConsentSection = {
  heading: { 'zh-CN': '如何删除', en: 'How to delete it' },
  text: {
    'zh-CN':
      '随时可以：在收银台选择“我的面孔”，在您的钱包页面上，或请店员删除，无需说明理由。删除后密钥会被销毁，面部特征从此无法读取，您会得到一张删除凭证。购物记录按法律规定保留，但不再与您的面孔相关联。',
    en: 'At any time: choose My face at the checkout or on the page of your wallet, or ask the staff; you need not give a reason. Its key is then destroyed, the template can never be read again, and you get a receipt for it. Records of your purchases are kept as the law requires, but no longer belong to a face.',
  },
}

function refusal({ guardianBelowYears }: RightsPolicy): ConsentSection {
  return {
    heading: { 'zh-CN': '您可以不同意', en: 'You may say no' },
    text: {
      'zh-CN': `刷脸绝不是唯一的付款方式。不同意也可以用手机付款码付款，价格和服务完全一样。未满 ${guardianBelowYears} 周岁的，须由监护人同意，并有店员在场。`,
      en: `Your face is never the only way to pay. Without it you pay with the code on your phone, at the same price and with the same service. Under the age of ${guardianBelowYears} a guardian has to agree, with a member of staff present.`,
    },
  }
}

function schedule({ retention, duties }: RightsPolicy): ConsentSection {
  return {
    heading: { 'zh-CN': '删除时间表', en: 'When it is destroyed' },
    text: {
      'zh-CN': `在收银台撤回：立即。在钱包页面或通过店员撤回：最迟 ${duties.deleteWithinDays} 天。未使用：${retention.unusedDays} 天后。重新设置：旧的立即删除。`,
      en: `Withdrawn at the checkout: at once. Withdrawn on your wallet page or through the staff: within ${duties.deleteWithinDays} days at the latest. Not used: after ${retention.unusedDays} days. Set up anew: the old one at once.`,
    },
  }
}

const release: ConsentSection = {
  heading: { 'zh-CN': '书面授权', en: 'Written release' },
  text: {
    'zh-CN': '点按“同意”即表示您以电子方式书面授权：按上述目的和期限采集、保存和使用您的面部特征。',
    en: 'By agreeing here you give, in electronic form, your written release: your face template may be collected, stored and used for the purpose and the time named above.',
  },
}

/** The exact text of one language, as it is hashed: title, headings and paragraphs joined by "\n". */
export function consentPlainText(policy: RightsPolicy, language: Language): string {
  const lines: string[] = [consentText.title[language]]
  for (const { heading, text } of consentSections(policy)) lines.push(heading[language], text[language])
  return lines.join('\n')
}
