import { wordTable } from '#lib/bgp/word-table.ts'

/** Currency signs, written before the amount. For other currencies, the code is written after the amount. */
const SIGNS: Readonly<Record<string, string>> = wordTable({ USD: '$', EUR: '€', GBP: '£' })

/**
 * Returns an amount with its currency in the common format of all texts: `$4,624`, `1,200 CHF`.
 * @param amount formatted amount without a sign
 */
export function formatWithCurrency(amount: string, currency: string): string {
  const sign = SIGNS[currency]
  return sign ? `${sign}${amount}` : `${amount} ${currency}`
}

/** Returns an exact amount for evidence and messages: `$1,387.53`, `−1,200.00 CHF`. All digits are kept. */
export function formatCurrencyAmount({ amount, currency }: { amount: string; currency: string }): string {
  const [whole = '', fraction] = amount.replace('-', '').split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${amount.startsWith('-') ? '−' : ''}${formatWithCurrency(fraction ? `${spaced}.${fraction}` : spaced, currency)}`
}
