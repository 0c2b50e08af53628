import type { EpochMs, Freshness } from '#lib/contract/index.ts'
import { iso } from './wire.ts'

/** How fresh an answer is that rests on no poll: what was written by hand, or read from a price list. */
export const FRESH_WITHOUT_POLLS: Freshness = { state: 'fresh', oldestPollAt: null, latePollAt: null }

/** The age of such an answer. */
export const ageWithoutPolls = (at: EpochMs) => ({ asOf: iso(at), freshness: FRESH_WITHOUT_POLLS })
