import { wordTable } from '#lib/bgp/word-table.ts'

/** Signs that precede an amount; every other currency's code follows it. */
const SIGNS: Readonly<Record<string, string>> = wordTable({ USD: '$', EUR: '€', GBP: '£' })

/** An amount with its currency, spelled alike wherever money is said: `$4,624`, `1,200 CHF`. @param amount as it is written, unsigned */
export function withCurrency(amount: string, currency: string): string {
  const sign = SIGNS[currency]
  return sign ? `${sign}${amount}` : `${amount} ${currency}`
}

/** An exact amount, as evidence and messages write it: `$1,387.53`, `−1,200.00 CHF`; no digit is dropped. */
export function formatCurrencyAmount({ amount, currency }: { amount: string; currency: string }): string {
  const [whole = '', fraction] = amount.replace('-', '').split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${amount.startsWith('-') ? '−' : ''}${withCurrency(fraction ? `${spaced}.${fraction}` : spaced, currency)}`
}
