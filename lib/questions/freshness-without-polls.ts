import type { EpochMs } from '#lib/contract/index.ts'

/** Freshness of a response that does not depend on any poll, for example manually entered data or a price list. */
export const FRESH_WITHOUT_POLLS = { state: 'fresh', oldestPollAt: null, latePollAt: null } as const

/** Returns the `asOf` and `freshness` fields of a response that does not depend on any poll. */
export const buildAgeWithoutPolls = (at: EpochMs) => ({ asOf: at, freshness: FRESH_WITHOUT_POLLS })
