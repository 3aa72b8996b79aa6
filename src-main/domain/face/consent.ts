import type { Language, Localised } from '../../contract/values.ts'

export interface ConsentSection {
  readonly heading: Localised
  readonly text: Localised
}

/**
 * What a shopper reads before their face is kept. Any change of wording is a new `version`: the journal holds the
 * version, the language and the hash of what was shown.
 */
export const consentText = {
  id: 'face-payment',
  version: 1,
  title: {
    'zh-CN': '用面孔付款：先请您了解',
    en: 'Pay with your face: please read first',
  },
  sections: [
    {
      heading: { 'zh-CN': '保存什么', en: 'What is kept' },
      text: {
        'zh-CN':
          '摄像头会拍摄几秒钟。照片不会被保存。我们把您的面孔换算成一组数字（面部特征），加密后与您的钱包编号一起保存。',
        en: 'The camera looks for a few seconds. No picture is kept. Your face is turned into a set of numbers (a face template), which is encrypted and kept together with the number of your wallet.',
      },
    },
    {
      heading: { 'zh-CN': '用来做什么', en: 'What it is for' },
      text: {
        'zh-CN':
          '只用于一件事：当您选择“刷脸支付”时，在本店的收银台认出您，并从您的钱包付款。不用于广告、统计或监控，也不会在您没有选择时开启摄像头。',
        en: 'For one thing only: when you choose to pay with your face, the checkouts of this store recognise you and charge your wallet. Never for advertising, statistics or surveillance, and the camera stays off until you choose it.',
      },
    },
    {
      heading: { 'zh-CN': '存放在哪里', en: 'Where it is kept' },
      text: {
        'zh-CN': '以加密形式存放在本店的收银台。面部特征不会交给付款公司或其他任何人。',
        en: 'Encrypted, on the checkouts of this store. The template is not given to the payment company or to anybody else.',
      },
    },
    {
      heading: { 'zh-CN': '保存多久', en: 'For how long' },
      text: {
        'zh-CN': '直到您删除它，或撤回同意。',
        en: 'Until you delete it or withdraw your consent.',
      },
    },
    {
      heading: { 'zh-CN': '如何删除', en: 'How to delete it' },
      text: {
        'zh-CN':
          '随时可以在收银台或请店员删除，无需说明理由。删除后密钥会被销毁，面部特征从此无法读取。购物记录按法律规定保留，但不再与您的面孔相关联。',
        en: 'At any time, at the checkout or by asking the staff; you need not give a reason. Its key is then destroyed and the template can never be read again. Records of your purchases are kept as the law requires, but no longer belong to a face.',
      },
    },
    {
      heading: { 'zh-CN': '您可以不同意', en: 'You may say no' },
      text: {
        'zh-CN':
          '刷脸绝不是唯一的付款方式。不同意也可以用手机付款码付款，价格和服务完全一样。未满十四周岁的，须由监护人同意。',
        en: 'Your face is never the only way to pay. Without it you pay with the code on your phone, at the same price and with the same service. Under the age of fourteen a guardian has to agree.',
      },
    },
  ],
} as const satisfies {
  readonly id: string
  readonly version: number
  readonly title: Localised
  readonly sections: readonly ConsentSection[]
}

/** The exact text of one language, as it is hashed: title, headings and paragraphs joined by "\n". */
export function consentPlainText(language: Language): string {
  const lines: string[] = [consentText.title[language]]
  for (const { heading, text } of consentText.sections) lines.push(heading[language], text[language])
  return lines.join('\n')
}
