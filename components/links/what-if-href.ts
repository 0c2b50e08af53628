/**
 * What-if scenario: the resources that fail (`lose`) and the configuration changes (`change`). The page's URL contains
 * all of it.
 */
export interface WhatIfScenario {
  lose: readonly string[]
  change: readonly string[]
}

/** Returns the address of the what-if page with a scenario. */
export function buildWhatIfHref({ lose, change }: WhatIfScenario): string {
  const query = new URLSearchParams({ tab: 'what-if' })
  if (lose.length > 0) query.set('lose', lose.join(','))
  if (change.length > 0) query.set('change', change.join(','))
  return `/resilience?${query}`
}

/** Returns the items of a comma-separated list in a URL parameter, without duplicates. */
export const splitWhatIfParameter = (text: string | null): string[] =>
  [...new Set((text ?? '').split(',').map((term) => term.trim()))].filter((term) => term !== '')

/**
 * Adds a resource to the list of failing resources, or removes it if it is already there. If a circuit is added, its
 * paths are removed from the list, because the circuit includes them.
 */
export function toggleLostResource(lose: readonly string[], term: string): string[] {
  if (lose.includes(term)) return lose.filter((one) => one !== term)
  return [...lose.filter((one) => !one.startsWith(`${term}/`)), term]
}

/** Address of the place where a plan is checked before it is applied. */
export const PLAN_CHECK_HREF = '/resilience?tab=what-if#plan'

/** Start of a URL's fragment that contains a plan. Browsers do not send fragments to servers (ADR 0352). */
export const PLAN_FRAGMENT = '#plan='

/** Returns the address of the form that plans a failover test of a circuit. */
export const buildPlanTestHref = (circuitId: string): string =>
  `/resilience?tab=drills&lose=${encodeURIComponent(circuitId)}`
