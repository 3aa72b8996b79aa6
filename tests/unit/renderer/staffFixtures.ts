import type { ShiftReport } from '../../../src-main/contract/shift.ts'
import { staffProblems, type StaffLayerView, type StaffPage } from '../../../src-main/contract/staffLayer.ts'
import type { BasketLine, SoldLine } from '../../../src-main/contract/basket.ts'
import { emptyFigures } from '../../../src-main/domain/shift/figures.ts'
import { shiftReport } from '../../../src-main/domain/shift/report.ts'

const report: ShiftReport = {
  ...shiftReport(emptyFigures, {
    currency: 'CNY',
    zNumber: null,
    fromAtMs: Date.UTC(2026, 10, 22, 0, 5),
    toAtMs: Date.UTC(2026, 10, 22, 14, 5),
    countedMinor: null,
  }),
  sales: { count: 214, amountMinor: 1_284_050 },
  returns: { count: 3, amountMinor: 12_400 },
  voids: { count: 1, amountMinor: 3_600 },
  grossMinor: 1_268_050,
  taxMinor: 141_230,
  tenders: [
    { tender: 'face', count: 120, paidMinor: 800_000, refundedMinor: 9_000 },
    { tender: 'walletCode', count: 60, paidMinor: 300_000, refundedMinor: 0 },
    { tender: 'cash', count: 34, paidMinor: 184_050, refundedMinor: 7_000 },
  ],
  overrides: { count: 4, amountMinor: 2_150 },
  deferred: { count: 2, amountMinor: 4_120 },
  drawer: {
    openings: 41,
    withoutSale: 2,
    byReason: [
      { reason: 'sale', count: 34 },
      { reason: 'return', count: 5 },
      { reason: 'noSale', count: 2 },
    ],
  },
}

const z: ShiftReport = {
  ...report,
  zNumber: 41,
  cash: {
    floatMinor: 50_000,
    salesMinor: 184_050,
    roundingMinor: 0,
    refundsMinor: 7_000,
    inMinor: 0,
    outMinor: 100_000,
    expectedMinor: 127_050,
    countedMinor: 126_950,
    differenceMinor: -100,
  },
}

/** Every page of the staff's layer; `lines` are those of a basket. */
export function staffLayers(lines: readonly BasketLine[]): [string, StaffLayerView][] {
  const sold: SoldLine[] = lines.slice(0, 3).map(({ lineId, item, quantity, totalMinor }) => ({
    lineId,
    sku: item.sku,
    name: item.name,
    quantity,
    unitPriceMinor: item.priceMinor,
    totalMinor,
    taxClass: item.taxClass,
  }))
  const choose = (chosen: number, decidedBy: 'hub' | 'lane'): StaffPage => ({
    step: 'chooseLines',
    saleNumber: '4A3F-91B2',
    soldAtMs: Date.UTC(2026, 10, 22, 6, 3),
    decidedBy,
    amountMinor: chosen * 1_190,
    refunds:
      chosen === 0
        ? []
        : [
            { tender: 'cash', amountMinor: 790, handOutMinor: 790, state: null },
            { tender: 'face', amountMinor: 400, handOutMinor: null, state: null },
          ],
    lines: sold.map((line, index) => ({
      line,
      returnable: index === 1 ? 0 : 1,
      chosen: index === 0 ? chosen : 0,
    })),
  })
  const returned = (voided: boolean): StaffPage => ({
    step: 'returned',
    saleNumber: '8EC7-1284',
    voided,
    amountMinor: 1_190,
    refunds: [
      { tender: 'cash', amountMinor: 790, handOutMinor: 790, state: 'done' },
      { tender: 'face', amountMinor: 300, handOutMinor: null, state: voided ? 'pending' : 'reduced' },
      { tender: 'card', amountMinor: 100, handOutMinor: null, state: 'refused' },
    ],
  })
  const menu: StaffPage = { step: 'menu', canVoid: true, canOverride: true, shiftOpen: false, openReturns: 0 }
  const [first, ...others] = lines
  const overridden = first
    ? [
        { ...first, override: { unitPriceMinor: 100, reason: 'damaged' as const, staffId: 'li' } },
        ...others.slice(0, 2),
      ]
    : []
  const pages: [string, StaffPage][] = [
    ['menu', menu],
    ['menu-openReturns', { ...menu, canVoid: false, canOverride: false, shiftOpen: true, openReturns: 2 }],
    ['findSale', { step: 'findSale' }],
    ['chooseLines', choose(1, 'hub')],
    ['chooseLines-none', choose(0, 'lane')],
    ['returned', returned(false)],
    ['returned-voided', returned(true)],
    ['returnUnknown', { step: 'returnUnknown' }],
    ['override', { step: 'override', lines: overridden }],
    ['shift', { step: 'shift', report, openedAtMs: Date.UTC(2026, 10, 22, 0, 5), drawer: 'open' }],
    ['shift-none', { step: 'shift', report, openedAtMs: null, drawer: null }],
    ['closed', { step: 'closed', report: { ...z, drawer: { openings: 0, withoutSale: 0 } }, drawer: null }],
  ]
  const open = { staff: { staffId: 'li', role: 'manager' }, busy: false, problem: null, pin: fresh } as const
  return [
    ['pin', { ...open, staff: null, page: { step: 'pin' } }],
    [
      'pin-wrong',
      {
        ...open,
        staff: null,
        problem: 'wrongPin',
        pin: { wrongTries: 2, lockedForMs: 0 },
        page: { step: 'pin' },
      },
    ],
    ...pages.map(([name, page]): [string, StaffLayerView] => [name, { ...open, page }]),
    ...staffProblems.map((problem): [string, StaffLayerView] => [
      `problem-${problem}`,
      { ...open, problem, page: { step: 'findSale' } },
    ]),
  ]
}

const fresh = { wrongTries: 0, lockedForMs: 0 }
