import type { AccessScope, ResponseOf } from '#lib/contract/index.ts'
import { getWall, QUESTION_LIMIT_MS, readerOf, withoutOthers } from '#lib/queries/index.ts'
import { SharedAnswer } from './shared-answer.ts'

/** Five answers a second are enough for any number of walls and leave the processor to the rest. */
const EVERY_MS = 200
/** Scopes whose walls share an answer at a time. */
const MOST_SCOPES = 100

const answers = new Map<string, SharedAnswer<ResponseOf<'wall'>>>()

/**
 * What every wall of one scope shows: all of them send the same request.
 * @param byCustomer whether customers stand in the place of subscriptions
 */
export function wallAnswer(scope: AccessScope, byCustomer = false): Promise<ResponseOf<'wall'>> {
  const key = JSON.stringify([scope, byCustomer])
  const shared =
    answers.get(key) ??
    new SharedAnswer(() => makeWall(scope, byCustomer), { everyMs: EVERY_MS, limitMs: QUESTION_LIMIT_MS })
  if (answers.size >= MOST_SCOPES && !answers.has(key)) answers.clear()
  answers.set(key, shared)
  return shared.ask()
}

async function makeWall(scope: AccessScope, byCustomer: boolean): Promise<ResponseOf<'wall'>> {
  const db = await readerOf(scope)
  return withoutOthers(db, await getWall(db, { byCustomer }))
}
