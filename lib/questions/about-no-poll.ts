import { databaseNow } from '#lib/platform/database-clock.ts'
import { ageWithoutPolls } from './freshness-without-polls.ts'

/** The envelope of an answer that rests on no poll: it is as of now, and nothing in it can be late. */
export const aboutNoPoll = <Data>(data: Data) => ({ data, ...ageWithoutPolls(databaseNow()) })
