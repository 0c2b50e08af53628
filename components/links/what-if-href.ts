/** What a page of a what-if is about: its address says all of it. */
export interface Scenario {
  lose: readonly string[]
  change: readonly string[]
}

/** The address of a scenario. */
export function whatIfHref({ lose, change }: Scenario): string {
  const query = new URLSearchParams({ tab: 'what-if' })
  if (lose.length > 0) query.set('lose', lose.join(','))
  if (change.length > 0) query.set('change', change.join(','))
  return `/resilience?${query}`
}

/** A list of terms from the address. */
export const termsIn = (text: string | null): string[] =>
  [...new Set((text ?? '').split(',').map((term) => term.trim()))].filter((term) => term !== '')

/** With a term that is not in it, without one that is. A circuit takes its own paths with it. */
export function toggledInHref(lose: readonly string[], term: string): string[] {
  if (lose.includes(term)) return lose.filter((one) => one !== term)
  return [...lose.filter((one) => !one.startsWith(`${term}/`)), term]
}
