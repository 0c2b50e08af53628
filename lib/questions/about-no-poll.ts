import type { Freshness } from '#lib/contract/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'

/** The envelope of an answer that rests on no poll: it is as of now, and nothing in it can be late. */
export function aboutNoPoll<Data>(data: Data): { data: Data; asOf: string; freshness: Freshness } {
  return {
    data,
    asOf: new Date(databaseNow()).toISOString(),
    freshness: { state: 'fresh', oldestPollAt: null, latePollAt: null },
  }
}
