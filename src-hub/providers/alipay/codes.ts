import { because, type BackMeaning, type Meanings, type PayMeaning } from '../kit/answers.ts'

/** Gateway codes: what kind of answer this is. https://opendocs.alipay.com/common/02km9f */
export const gatewayCodes = {
  success: '10000',
  /** The buyer is asked on the phone. */
  waiting: '10003',
} as const

const unknown: PayMeaning = { kind: 'unknown' }
const overLimit = because('amountOverLimit')
const other = because('other')

/** `sub_code` of `alipay.trade.pay`, from its page and the one of the agreement product. */
export const payMeanings: Meanings<PayMeaning> = {
  'ACQ.SYSTEM_ERROR': unknown,
  'aop.ACQ.SYSTEM_ERROR': unknown,
  'aop.unknow-error': unknown,
  'isp.unknow-error': unknown,
  // This number is another order's: that one may have been charged.
  'ACQ.CONTEXT_INCONSISTENT': unknown,
  'ACQ.TRADE_BUYER_NOT_MATCH': unknown,
  'ACQ.TRADE_HAS_SUCCESS': { kind: 'paidBefore' },
  'ACQ.TRADE_HAS_CLOSE': because('attemptCancelled'),
  'ACQ.PAYMENT_AUTH_CODE_INVALID': because('codeInvalid'),
  'ACQ.PAYER_UNMATCHED': because('codeInvalid'),
  'ACQ.BUYER_BALANCE_NOT_ENOUGH': because('insufficientFunds'),
  'ACQ.BUYER_BANKCARD_BALANCE_NOT_ENOUGH': because('insufficientFunds'),
  'ACQ.NO_PAYMENT_INSTRUMENTS_AVAILABLE': because('insufficientFunds'),
  'ACQ.TOTAL_FEE_EXCEED': overLimit,
  'ACQ.PRODUCT_AMOUNT_LIMIT_ERROR': overLimit,
  'ACQ.BUYER_PAYMENT_AMOUNT_DAY_LIMIT_ERROR': overLimit,
  'ACQ.BUYER_PAYMENT_AMOUNT_MONTH_LIMIT_ERROR': overLimit,
  'ACQ.BEYOND_PAY_RESTRICTION': overLimit,
  'ACQ.BEYOND_PER_RECEIPT_RESTRICTION': overLimit,
  'ACQ.BEYOND_PER_RECEIPT_DAY_RESTRICTION': overLimit,
  'ACQ.BEYOND_PER_RECEIPT_SINGLE_RESTRICTION': overLimit,
  'ACQ.ERROR_BUYER_CERTIFY_LEVEL_LIMIT': overLimit,
  'ACQ.BUYER_ENABLE_STATUS_FORBID': because('accountBlocked'),
  'ACQ.PAYMENT_REQUEST_HAS_RISK': because('accountBlocked'),
  'ACQ.AGREEMENT_STATUS_NOT_NORMAL': because('accountBlocked'),
  'ACQ.AGREEMENT_NOT_EXIST': because('accountUnknown'),
  'ACQ.AGREEMENT_INVALID': because('accountUnknown'),
  'ACQ.CURRENCY_NOT_SUPPORT': because('currencyNotHeld'),
  'ACQ.ERROR_BALANCE_PAYMENT_DISABLE': other,
  'ACQ.MOBILE_PAYMENT_SWITCH_OFF': other,
  'ACQ.USER_FACE_PAYMENT_SWITCH_OFF': other,
  'ACQ.PULL_MOBILE_CASHIER_FAIL': other,
  'ACQ.PAYMENT_FAIL': other,
  'ACQ.BUYER_SELLER_EQUAL': other,
  'ACQ.INVALID_PARAMETER': other,
  'ACQ.ACCESS_FORBIDDEN': other,
  'ACQ.EXIST_FORBIDDEN_WORD': other,
  'ACQ.PARTNER_ERROR': other,
  'ACQ.SELLER_BEEN_BLOCKED': other,
  'ACQ.INVALID_STORE_ID': other,
  'ACQ.SUB_MERCHANT_CREATE_FAIL': other,
  'ACQ.SUB_MERCHANT_TYPE_INVALID': other,
  'ACQ.SECONDARY_MERCHANT_STATUS_ERROR': other,
  'ACQ.MERCHANT_AGREEMENT_NOT_EXIST': other,
  'ACQ.MERCHANT_AGREEMENT_INVALID': other,
  'ACQ.MERCHANT_STATUS_NOT_NORMAL': other,
  'ACQ.MERCHANT_PERM_RECEIPT_SUSPEND_LIMIT': other,
  'ACQ.MERCHANT_PERM_RECEIPT_SINGLE_LIMIT': overLimit,
  'ACQ.MERCHANT_PERM_RECEIPT_DAY_LIMIT': overLimit,
  'ACQ.CERT_EXPIRED': other,
  // The gateway refused the request before any payment was tried.
  'isv.invalid-signature': other,
  'isv.invalid-app-id': other,
  'isv.invalid-method': other,
  'isv.invalid-parameter': other,
  'isv.missing-parameter': other,
  'isv.insufficient-isv-permissions': other,
  'isv.invalid-timestamp': other,
}

/** `trade_status` of `alipay.trade.query`. */
export type TradeMeaning = 'waiting' | 'paid' | 'closed'
export const tradeMeanings: Meanings<TradeMeaning> = {
  WAIT_BUYER_PAY: 'waiting',
  TRADE_SUCCESS: 'paid',
  TRADE_FINISHED: 'paid',
  TRADE_CLOSED: 'closed',
}

/** `sub_code` of `alipay.trade.query` for a number it has never seen. */
export const unseenCode = 'ACQ.TRADE_NOT_EXIST'

/** `sub_code` of `alipay.trade.cancel` and `alipay.trade.refund`. */
export const backMeanings: Meanings<BackMeaning> = {
  'ACQ.SYSTEM_ERROR': 'unknown',
  'aop.ACQ.SYSTEM_ERROR': 'unknown',
  'ACQ.TRADE_CANCEL_TIME_OUT': 'refused',
  'ACQ.REASON_TRADE_BEEN_FREEZEN': 'refused',
  'ACQ.REASON_TRADE_REFUND_FEE_ERR': 'refused',
  'ACQ.REASON_ILLEGAL_STATUS': 'refused',
  'ACQ.SELLER_BALANCE_NOT_ENOUGH': 'refused',
  'ACQ.REFUND_AMT_NOT_EQUAL_TOTAL': 'refused',
  'ACQ.REFUND_FEE_ERROR': 'refused',
  'ACQ.DISCORDANT_REPEAT_REQUEST': 'refused',
  'ACQ.TRADE_NOT_EXIST': 'refused',
  'ACQ.TRADE_HAS_FINISHED': 'refused',
  'ACQ.TRADE_HAS_CLOSE': 'refused',
  'ACQ.TRADE_STATUS_ERROR': 'refused',
  'ACQ.TRADE_NOT_ALLOW_REFUND': 'refused',
  'ACQ.INVALID_PARAMETER': 'refused',
  'ACQ.ONLINE_TRADE_VOUCHER_NOT_ALLOW_REFUND': 'refused',
}
