import { databaseNow } from '#lib/platform/database-clock.ts'
import { ageWithoutPolls } from './freshness-without-polls.ts'

/**
 * Wraps data that do not depend on any poll in the envelope of a response. The response is as of the current time, and
 * its data cannot be late.
 */
export const aboutNoPoll = <Data>(data: Data) => ({ data, ...ageWithoutPolls(databaseNow()) })
