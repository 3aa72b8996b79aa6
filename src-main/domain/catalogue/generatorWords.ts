import type { TaxClass } from '../../contract/catalogue.ts'
import type { Localised } from '../../contract/values.ts'
import type { Glyph } from './glyphs.ts'

/** A kind of goods the generator can make articles of. Prices are a range in minor units. */
export interface GoodsKind {
  readonly name: Localised
  readonly category: string
  readonly glyph: Glyph
  readonly unit: 'each' | 'kg'
  readonly priceMinor: readonly [min: number, max: number]
  readonly taxClass: TaxClass
  readonly sizes: readonly Localised[]
  readonly minimumAgeYears?: number
}

function word(zh: string, en: string): Localised {
  return { 'zh-CN': zh, en }
}

const drinkSizes = [
  word('330毫升', '330 ml'),
  word('500毫升', '500 ml'),
  word('1升', '1 l'),
  word('2升', '2 l'),
]
const packSizes = [
  word('80克', '80 g'),
  word('150克', '150 g'),
  word('300克', '300 g'),
  word('500克', '500 g'),
]
const packs = [word('单件装', 'single'), word('3件装', 'pack of 3'), word('6件装', 'pack of 6')]
const loose = [word('散装', 'loose'), word('精选', 'selected'), word('有机', 'organic')]

/** Invented; any likeness to a brand is chance. */
export const generatorBrands: readonly Localised[] = [
  word('青溪', 'Clearbrook'),
  word('山田里', 'Hillfield'),
  word('晨露', 'Morning Dew'),
  word('麦香坊', 'Wheat Lane'),
  word('云岭', 'Cloud Ridge'),
  word('海湾', 'Baywater'),
  word('竹语', 'Bamboo Note'),
  word('暖阳', 'Warm Sun'),
  word('小满', 'Grain Full'),
  word('禾风', 'Rice Wind'),
  word('北坡', 'North Slope'),
  word('红灯笼', 'Red Lantern'),
  word('白鹭', 'White Egret'),
  word('老井', 'Old Well'),
  word('松果', 'Pine Cone'),
  word('四季集', 'Four Seasons'),
]

export const generatorFlavours: readonly Localised[] = [
  word('原味', 'original'),
  word('清淡', 'light'),
  word('经典', 'classic'),
  word('特选', 'choice'),
  word('家庭装', 'family'),
  word('轻享', 'easy'),
  word('醇香', 'rich'),
  word('新品', 'new'),
]

export const goodsKinds: readonly GoodsKind[] = [
  goods('绿茶', 'green tea', 'drinks', 'tea', [300, 900], drinkSizes),
  goods('咖啡', 'coffee', 'drinks', 'coffee', [450, 1900], drinkSizes),
  goods('矿泉水', 'mineral water', 'drinks', 'water', [150, 600], drinkSizes),
  goods('橙汁', 'orange juice', 'drinks', 'juice', [400, 1600], drinkSizes),
  goods('汽水', 'soda', 'drinks', 'soda', [250, 800], drinkSizes),
  goods('面包', 'bread', 'bakery', 'bread', [500, 1800], packSizes),
  goods('曲奇', 'cookies', 'snacks', 'cookie', [600, 2400], packSizes),
  goods('巧克力', 'chocolate', 'snacks', 'chocolate', [700, 3900], packSizes),
  goods('水果糖', 'fruit candy', 'snacks', 'candy', [300, 1500], packSizes),
  goods('冰淇淋', 'ice cream', 'frozen', 'icecream', [350, 2900], packSizes),
  goods('方便面', 'instant noodles', 'staples', 'noodles', [350, 1200], packSizes),
  goods('香皂', 'soap', 'household', 'soap', [300, 1500], packs),
  goods('纸巾', 'tissues', 'household', 'tissue', [200, 1800], packs),
  goods('牙膏', 'toothpaste', 'household', 'toothpaste', [600, 2900], packs),
  goods('电池', 'batteries', 'household', 'battery', [500, 4500], packs),
  goods('雨伞', 'umbrella', 'household', 'umbrella', [1900, 8900], packs),
  { ...goods('牛奶', 'milk', 'dairy', 'milk', [250, 1500], drinkSizes), taxClass: 'reduced' },
  { ...goods('酸奶', 'yogurt', 'dairy', 'yogurt', [300, 1800], packSizes), taxClass: 'reduced' },
  { ...goods('大米', 'rice', 'staples', 'rice', [900, 6900], packSizes), taxClass: 'reduced' },
  { ...goods('啤酒', 'beer', 'alcohol', 'beer', [400, 1800], drinkSizes), minimumAgeYears: 18 },
  { ...goods('葡萄酒', 'wine', 'alcohol', 'wine', [3900, 29900], drinkSizes), minimumAgeYears: 18 },
  { ...goods('苹果', 'apples', 'fruit', 'apple', [600, 2500], loose), unit: 'kg', taxClass: 'reduced' },
  {
    ...goods('番茄', 'tomatoes', 'vegetables', 'tomato', [400, 1500], loose),
    unit: 'kg',
    taxClass: 'reduced',
  },
  { ...goods('猪肉', 'pork', 'meat', 'meat', [2200, 6800], loose), unit: 'kg', taxClass: 'reduced' },
]

function goods(
  zh: string,
  en: string,
  category: string,
  glyph: Glyph,
  priceMinor: readonly [number, number],
  sizes: readonly Localised[],
): GoodsKind {
  return { name: word(zh, en), category, glyph, unit: 'each', priceMinor, taxClass: 'standard', sizes }
}
