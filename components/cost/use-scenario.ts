'use client'

import { parseAsInteger, parseAsString, useQueryStates } from 'nuqs'

const parameters = {
  plan: parseAsString,
  tier: parseAsString,
  mbps: parseAsInteger,
  second: parseAsString,
  reach: parseAsString,
  reachMonthly: parseAsString,
  reachPerGb: parseAsString,
  reachGb: parseAsString,
  direct: parseAsString,
  directMonthly: parseAsString,
}

/** The what-if scenario in the page's address; null = current value. */
export function useScenario() {
  const [scenario, set] = useQueryStates(parameters, { history: 'replace' })
  return {
    scenario,
    set: (part: Partial<typeof scenario>) => void set(part),
    isPlain: Object.values(scenario).every((value) => value === null),
    clear: () => void set(null),
  }
}
