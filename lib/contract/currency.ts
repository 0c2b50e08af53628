import { createSafeLookupTable } from '#lib/bgp/safe-lookup-table.ts'

/**
 * Signs of currencies that are written before the amount. A currency that is not listed is written with its code after
 * the amount.
 */
const SIGNS: Readonly<Record<string, string>> = createSafeLookupTable({ USD: '$', EUR: '€', GBP: '£' })

/**
 * Returns an amount with its currency in the format of all texts: `$4,624`, `1,200 CHF`.
 * @param amount formatted number without currency
 */
export function formatWithCurrency(amount: string, currency: string): string {
  const sign = SIGNS[currency]
  return sign ? `${sign}${amount}` : `${amount} ${currency}`
}

/** Formats a decimal amount with its currency and all of its digits: `$1,387.53`, `−1,200.00 CHF`. */
export function formatCurrencyAmount({ amount, currency }: { amount: string; currency: string }): string {
  const [whole = '', fraction] = amount.replace('-', '').split('.')
  const spaced = whole.replace(/\B(?=(\d{3})+$)/g, ',')
  return `${amount.startsWith('-') ? '−' : ''}${formatWithCurrency(fraction ? `${spaced}.${fraction}` : spaced, currency)}`
}
