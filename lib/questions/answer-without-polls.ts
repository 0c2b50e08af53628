import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { buildAgeWithoutPolls } from './freshness-without-polls.ts'

/**
 * Wraps data that do not depend on any poll (for example declarations) in the envelope of a response: `asOf` is the
 * current time, and the data count as fresh.
 */
export const wrapResponseWithoutPolls = <Data>(data: Data) => ({ data, ...buildAgeWithoutPolls(getDatabaseNow()) })
