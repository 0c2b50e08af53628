/**
 * What-if scenario, which the page's address contains completely: resources that fail (`lose`) and configuration
 * changes.
 */
export interface Scenario {
  lose: readonly string[]
  change: readonly string[]
}

/** Returns the address of the what-if page with a scenario. */
export function whatIfHref({ lose, change }: Scenario): string {
  const query = new URLSearchParams({ tab: 'what-if' })
  if (lose.length > 0) query.set('lose', lose.join(','))
  if (change.length > 0) query.set('change', change.join(','))
  return `/resilience?${query}`
}

/** Returns the terms of a comma-separated list in the address, without duplicates. */
export const termsIn = (text: string | null): string[] =>
  [...new Set((text ?? '').split(',').map((term) => term.trim()))].filter((term) => term !== '')

/**
 * Adds a term to the list, or removes it if it is already there. Adding a circuit removes its paths from the list,
 * because the circuit includes them.
 */
export function toggledInHref(lose: readonly string[], term: string): string[] {
  if (lose.includes(term)) return lose.filter((one) => one !== term)
  return [...lose.filter((one) => !one.startsWith(`${term}/`)), term]
}
