/** Signs that precede an amount; every other currency's code follows it. */
const SIGNS: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£' }

/** An amount with its currency, spelled alike wherever money is said: `$4,624`, `1,200 CHF`. @param amount as it is written, unsigned */
export function withCurrency(amount: string, currency: string): string {
  const sign = SIGNS[currency]
  return sign ? `${sign}${amount}` : `${amount} ${currency}`
}
