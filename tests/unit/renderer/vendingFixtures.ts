import type { BasketLine } from '../../../src-main/contract/basket.ts'
import type { Item } from '../../../src-main/contract/catalogue.ts'
import type { LaneView } from '../../../src-main/contract/laneView.ts'
import type { ReceiptDocument } from '../../../src-main/contract/receipt.ts'
import type { ShelfTile, VendView } from '../../../src-main/contract/vending.ts'

const goods = [
  ['WATER', '山泉饮用天然水 550毫升', 'Mountain spring water 550 ml', 200, 'water'],
  ['COLA', '可乐 330毫升罐装', 'Cola 330 ml can', 280, 'soda'],
  ['LATTE', '即饮拿铁咖啡 268毫升', 'Latte, ready to drink 268 ml', 690, 'coffee'],
  ['APPLE', '苹果汁 330毫升', 'Apple juice 330 ml', 690, 'juice'],
  ['COCONUT', '椰子水 330毫升', 'Coconut water 330 ml', 890, 'juice'],
  ['MILK', '纯牛奶 250毫升', 'Whole milk 250 ml', 350, 'milk'],
  ['TISSUE', '手帕纸 10包', 'Pocket tissues, 10 packs', 590, 'tissue'],
  ['BATTERY', '碱性电池 5号 4粒', 'Alkaline batteries AA, 4', 1690, 'battery'],
] as const

const items: readonly Item[] = goods.map(([sku, zh, en, priceMinor, glyph]) => ({
  sku,
  barcodes: [],
  name: { 'zh-CN': zh, en },
  category: 'drinks',
  unit: 'each',
  priceMinor,
  taxClass: 'standard',
  glyph,
}))

/** A shelf of nine with everything that can be said of a slot; `first` is what the basket holds. */
function tiles(first: Item, state: ShelfTile['state'], picked: number): ShelfTile[] {
  return [first, ...items].map((item, index) => {
    const slot = `${Math.floor(index / 3) + 1}${(index % 3) + 1}`
    const is = state === 'ready' && index === 4 ? 'soldOut' : index === 5 ? 'outOfOrder' : 'ready'
    return {
      slot,
      slots: index === 2 ? [slot, '41'] : [slot],
      item,
      state: state === 'ready' ? is : state,
      left: state !== 'ready' || is !== 'ready' || index === 7 ? null : index === 8 ? 0 : 9 - index,
      picked: index === 0 ? picked : 0,
    }
  })
}

function shelves(
  line: BasketLine | undefined,
  basket: LaneView['basket'],
): [string, { readonly tiles: readonly ShelfTile[]; readonly basket: LaneView['basket'] | null }][] {
  if (line === undefined) throw new Error('A shelf needs a line of a basket')
  return [
    ['idle', { tiles: tiles(line.item, 'ready', 0), basket: null }],
    ['away', { tiles: tiles(line.item, 'away', 0), basket: null }],
    ['picked', { tiles: tiles(line.item, 'ready', 2), basket }],
  ]
}

function vends(lines: readonly BasketLine[]): [string, VendView][] {
  const [first = null, second = null] = lines.map(({ item }) => item)
  const piece = (slot: string, item: Item | null, state: VendView['pieces'][number]['state']) => ({
    slot,
    item,
    state,
  })
  return [
    ['turning', { pieces: [piece('11', first, 'turning'), piece('12', second, 'waiting')], refund: null }],
    ['checking', { pieces: [piece('11', first, 'dropped'), piece('12', second, 'checking')], refund: null }],
    [
      'refunded',
      {
        pieces: [piece('11', first, 'dropped'), piece('12', second, 'notDropped')],
        refund: { state: 'ordered', amountMinor: 600 },
      },
    ],
    [
      'later',
      {
        pieces: [piece('11', first, 'dropped'), piece('12', null, 'notDropped')],
        refund: { state: 'later', amountMinor: null },
      },
    ],
    [
      'refused',
      { pieces: [piece('11', first, 'notDropped')], refund: { state: 'refused', amountMinor: 600 } },
    ],
  ]
}

/** Every picture of a vending machine, by name. */
export function vendingViews({
  lines,
  basket,
  receipt,
}: {
  readonly lines: readonly BasketLine[]
  readonly basket: LaneView['basket']
  readonly receipt: ReceiptDocument
}): [string, Partial<LaneView>][] {
  const paid = { receipt, mode: 'online', changeMinor: 0, paper: 'printed' } as const
  const receiptUrl = `http://127.0.0.1:7000/r/${receipt.receiptToken}`
  return [
    ...shelves(lines[0], basket).map(([name, shelf]): [string, Partial<LaneView>] => [
      `scanning-shelf-${name}`,
      shelf.basket === null
        ? { profile: 'vending', shelf: [...shelf.tiles], screen: { kind: 'attract' } }
        : {
            profile: 'vending',
            shelf: [...shelf.tiles],
            screen: { kind: 'scanning', lastLineId: 1 },
            basket: shelf.basket,
          },
    ]),
    ...vends(lines).flatMap(([name, vend]): [string, Partial<LaneView>][] => [
      [
        `dispensing-${name}`,
        { profile: 'vending', shelf: [], screen: { kind: 'dispensing', receipt, vend } },
      ],
      [
        `done-vend-${name}`,
        { profile: 'vending', shelf: [], screen: { kind: 'done', ...paid, receiptUrl, vend } },
      ],
    ]),
  ]
}
