import type { Freshness } from '#lib/contract/index.ts'

/** How fresh an answer is that rests on no poll: what was written by hand, or read from a price list. */
export const FRESH_WITHOUT_POLLS: Freshness = { state: 'fresh', oldestPollAt: null, latePollAt: null }
