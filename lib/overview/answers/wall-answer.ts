import type { AccessScope } from '#lib/contract/index.ts'
import type { ResponseOf } from '../api/index.ts'
import type { WallGroup } from '../api/parameters.ts'
import { getWall, getWallHistory } from './index.ts'
import { QUESTION_LIMIT_MS, readerOf, withoutOthers } from '#lib/questions/index.ts'
import { inOneAnswer } from '#lib/platform/one-answer.ts'
import { SharedAnswer } from './shared-answer.ts'

/** Five answers a second are enough for any number of walls and leave the processor to the rest. */
const EVERY_MS = 200
/** A strip of half hours costs more, and walls ask for it every few minutes. */
const HISTORY_EVERY_MS = 1_000
/** Scopes whose walls share an answer at a time. */
const MOST_SCOPES = 100

/** Answers that all who may see the same share. @param make for a scope, and what else the answer depends on */
class SharedByScope<Answer, Options extends readonly unknown[]> {
  private readonly answers = new Map<string, SharedAnswer<Answer>>()
  private readonly make: (scope: AccessScope, ...options: Options) => Promise<Answer>
  private readonly everyMs: number

  constructor(make: (scope: AccessScope, ...options: Options) => Promise<Answer>, everyMs: number) {
    this.make = make
    this.everyMs = everyMs
  }

  ask(scope: AccessScope, ...options: Options): Promise<Answer> {
    const key = JSON.stringify([scope, ...options])
    const shared =
      this.answers.get(key) ??
      new SharedAnswer(() => this.make(scope, ...options), { everyMs: this.everyMs, limitMs: QUESTION_LIMIT_MS })
    if (this.answers.size >= MOST_SCOPES && !this.answers.has(key)) this.answers.clear()
    this.answers.set(key, shared)
    return shared.ask()
  }
}

/**
 * What every wall of one scope shows: all of them send the same request.
 * @param by what its views are of
 */
export const wallAnswer = (scope: AccessScope, by: WallGroup = 'subscription'): Promise<ResponseOf<'wall'>> =>
  walls.ask(scope, by)

/** The last 24 hours of what such a wall shows. */
export const wallHistoryAnswer = (scope: AccessScope): Promise<ResponseOf<'wallHistory'>> => histories.ask(scope)

const makeWall = (scope: AccessScope, by: WallGroup): Promise<ResponseOf<'wall'>> =>
  inOneAnswer(async () => {
    const db = await readerOf(scope)
    return withoutOthers(db, await getWall(db, { by }))
  })

const makeHistory = (scope: AccessScope): Promise<ResponseOf<'wallHistory'>> =>
  inOneAnswer(async () => {
    const db = await readerOf(scope)
    return withoutOthers(db, await getWallHistory(db))
  })

const walls = new SharedByScope<ResponseOf<'wall'>, [by: WallGroup]>(makeWall, EVERY_MS)
const histories = new SharedByScope<ResponseOf<'wallHistory'>, []>(makeHistory, HISTORY_EVERY_MS)
