import type { Language } from '../../src-main/contract/values.ts'

export interface ConsentText {
  readonly heading: string
  readonly sections: readonly { readonly heading: string; readonly paragraphs: readonly string[] }[]
}

const texts: Record<Language, ConsentText> = {
  en: {
    heading: 'Pay by face: your choice',
    sections: [
      {
        heading: 'What',
        paragraphs: [
          'We turn a few camera pictures into a key that knows your face. The pictures are not kept.',
        ],
      },
      {
        heading: 'Why',
        paragraphs: ['Only to pay here with your own wallet, and only after you touch Pay.'],
      },
      { heading: 'Where', paragraphs: ['Encrypted, in this store. Nobody else gets it.'] },
      {
        heading: 'Your right',
        paragraphs: ['You can have it deleted at any time. Paying with your phone always works too.'],
      },
    ],
  },
  'zh-CN': {
    heading: '刷脸付款：由您决定',
    sections: [
      { heading: '做什么', paragraphs: ['我们把几张画面变成一把识别您面孔的钥匙，画面不会保留。'] },
      { heading: '为什么', paragraphs: ['只用于在这里用您自己的钱包付款，而且要您点了付款才扣款。'] },
      { heading: '存在哪里', paragraphs: ['加密保存在本店，不会给别人。'] },
      { heading: '您的权利', paragraphs: ['您可以随时要求删除。用手机付款也一直可以。'] },
    ],
  },
}

export function consentText(language: Language): ConsentText {
  return texts[language]
}
