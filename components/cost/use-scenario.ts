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

/** What somebody would like to try, as it stands in the page's address; null = as it is. */
export function useScenario() {
  const [wish, set] = useQueryStates(parameters, { history: 'replace' })
  return {
    wish,
    set: (part: Partial<typeof wish>) => void set(part),
    isPlain: Object.values(wish).every((value) => value === null),
    clear: () => void set(null),
  }
}
