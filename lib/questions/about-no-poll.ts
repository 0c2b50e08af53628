import { databaseNow } from '#lib/platform/database-clock.ts'
import { ageWithoutPolls } from './freshness-without-polls.ts'

/**
 * Returns the envelope of a response that does not depend on any poll. The response is as of the current time, and its
 * data cannot be late.
 */
export const aboutNoPoll = <Data>(data: Data) => ({ data, ...ageWithoutPolls(databaseNow()) })
