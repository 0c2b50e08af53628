import type { EpochMs } from '#lib/contract/index.ts'

/** How fresh an answer is that rests on no poll: what was written by hand, or read from a price list. */
export const FRESH_WITHOUT_POLLS = { state: 'fresh', oldestPollAt: null, latePollAt: null } as const

/** The age of such an answer. */
export const ageWithoutPolls = (at: EpochMs) => ({ asOf: at, freshness: FRESH_WITHOUT_POLLS })
