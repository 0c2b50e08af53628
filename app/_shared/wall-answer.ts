import { getWall, QUESTION_LIMIT_MS, readingDatabase } from '#lib/queries/index.ts'
import { SharedAnswer } from './shared-answer.ts'

/** Five answers a second are enough for any number of walls and leave the processor to the rest. */
const EVERY_MS = 200

/** What every wall shows: all send the same request. */
export const wallAnswer = new SharedAnswer(() => getWall(readingDatabase()), {
  everyMs: EVERY_MS,
  // of all its statements together
  limitMs: QUESTION_LIMIT_MS,
})
