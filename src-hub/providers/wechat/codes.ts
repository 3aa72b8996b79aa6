import { because, type BackMeaning, type Meanings, type PayMeaning } from '../kit/answers.ts'

const unknown: PayMeaning = { kind: 'unknown' }
const paidBefore: PayMeaning = { kind: 'paidBefore' }
const gone = because('attemptCancelled')
const overLimit = because('amountOverLimit')
const other = because('other')

/**
 * `code` of a codepay answer. API v3 spells most of them with underscores; the interface it replaced did not, and both
 * spellings are answered in the field.
 */
export const payMeanings: Meanings<PayMeaning> = {
  USERPAYING: unknown,
  USER_PAYING: unknown,
  SYSTEM_ERROR: unknown,
  SYSTEMERROR: unknown,
  BANK_ERROR: unknown,
  BANKERROR: unknown,
  FREQUENCY_LIMITED: unknown,
  FREQUENCY_LIMIT_EXCEED: unknown,
  RATELIMIT_EXCEEDED: unknown,
  // A wrong clock or key says nothing of an earlier request under this number.
  SIGN_ERROR: unknown,
  // This number is another order's: that one may have been charged.
  OUT_TRADE_NO_USED: unknown,
  BUYER_MISMATCH: unknown,
  INVALID_REQUEST: unknown,
  ORDER_PAID: paidBefore,
  ORDERPAID: paidBefore,
  ORDER_CLOSED: gone,
  ORDERCLOSED: gone,
  ORDER_REVERSED: gone,
  ORDERREVERSED: gone,
  NOT_ENOUGH: because('insufficientFunds'),
  NOTENOUGH: because('insufficientFunds'),
  AUTH_CODE_EXPIRE: because('codeExpired'),
  AUTHCODEEXPIRE: because('codeExpired'),
  AUTH_CODE_INVALID: because('codeInvalid'),
  AUTH_CODE_ERROR: because('codeInvalid'),
  RULE_LIMIT: overLimit,
  RULELIMIT: overLimit,
  AMOUNT_LIMIT: overLimit,
  ACCOUNT_ERROR: because('accountBlocked'),
  ACCOUNTERROR: because('accountBlocked'),
  NOT_SUPPORT_CARD: other,
  NOTSUPORTCARD: other,
  TRADE_ERROR: other,
  PARAM_ERROR: other,
  NO_AUTH: other,
  NOAUTH: other,
  APPID_NOT_EXIST: other,
  MCH_NOT_EXISTS: other,
  APPID_MCHID_NOT_MATCH: other,
  CONTRACT_NOT_EXIST: because('accountUnknown'),
}

/** `trade_state`; `REFUND` was paid, and a part or all of it went back since. */
export type TradeMeaning = 'waiting' | 'paid' | 'closed' | 'failed'
export const tradeMeanings: Meanings<TradeMeaning> = {
  SUCCESS: 'paid',
  REFUND: 'paid',
  NOTPAY: 'waiting',
  USERPAYING: 'waiting',
  ACCEPT: 'waiting',
  CLOSED: 'closed',
  REVOKED: 'closed',
  PAYERROR: 'failed',
}

/** `code` of a query for a number that was never seen. */
export const unseenCodes: ReadonlySet<string | null> = new Set(['ORDER_NOT_EXIST', 'ORDERNOTEXIST'])

/** `code` of a reverse: repeated until it succeeds; too early is `INVALID_REQUEST`. */
export const reverseMeanings: Meanings<BackMeaning> = {
  SYSTEM_ERROR: 'unknown',
  SYSTEMERROR: 'unknown',
  BANK_ERROR: 'unknown',
  INVALID_REQUEST: 'unknown',
  FREQUENCY_LIMITED: 'unknown',
  SIGN_ERROR: 'unknown',
  TRADE_OVERDUE: 'refused',
  REVERSE_EXPIRE: 'refused',
  PARAM_ERROR: 'refused',
  NO_AUTH: 'refused',
}

/** `code` of a refund. */
export const refundMeanings: Meanings<BackMeaning> = {
  SYSTEM_ERROR: 'unknown',
  FREQUENCY_LIMITED: 'unknown',
  SIGN_ERROR: 'unknown',
  // Against the rules of the trade: more than was paid, too old, or the same number with another amount.
  INVALID_REQUEST: 'refused',
  PARAM_ERROR: 'refused',
  RESOURCE_NOT_EXISTS: 'refused',
  NOT_ENOUGH: 'refused',
  USER_ACCOUNT_ABNORMAL: 'refused',
  TRADE_OVERDUE: 'refused',
  NO_AUTH: 'refused',
  MCH_NOT_EXISTS: 'refused',
}

/** `status` of a refund. `ABNORMAL` waits for the merchant at WeChat Pay's own platform, and may still be paid out. */
export const refundStates: Meanings<BackMeaning | 'done'> = {
  SUCCESS: 'done',
  PROCESSING: 'unknown',
  ABNORMAL: 'unknown',
  // Ended without paying anything back, for good.
  CLOSED: 'refused',
}
