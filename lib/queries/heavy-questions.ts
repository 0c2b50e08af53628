import type { EpochMs } from '#lib/contract/index.ts'
import { onConnections, scopedBase } from '#lib/history/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import { databaseFor, QUESTION_WAIT_MS } from './connection.ts'
import * as cost from './cost/index.ts'
import { type Db, queryable } from './db.ts'
import { Gate } from './gate.ts'
import { getRouteChanges as routeChanges } from './route-changes.ts'
import { getRouteChurn as routeChurn } from './route-churn.ts'
import { diffRoutes as routeDiff } from './route-diff.ts'

/** Each may keep a core of the database busy for seconds. */
const AT_ONCE = 4

const DAY = 86_400_000

const KEY = Symbol.for('peerwatch.answers.heavy')
type Holder = { [KEY]?: Gate }

/** One for the process, also where a web bundler instantiates this module more than once. */
export function heavyGate(): Gate {
  const holder = globalThis as Holder
  holder[KEY] ??= new Gate(AT_ONCE, QUESTION_WAIT_MS)
  return holder[KEY]
}

/*
 * Every question that is known to be heavy, and nothing else: whoever asks one outside this folder gets it from here, and so
 * waits for its turn. Connections of their own keep those that are blocked from stopping the others.
 */
export const getRouteChanges = heavy(routeChanges, isLong)
export const getRouteChurn = heavy(routeChurn, isLong)
export const diffRoutes = heavy(routeDiff)
export const getCostBudgets = heavy(cost.getCostBudgets)
export const getCostFocus = heavy(cost.getCostFocus)
export const getCostProjections = heavy(cost.getCostProjections)
export const getCostReconcile = heavy(cost.getCostReconcile)
export const getCostTco = heavy(cost.getCostTco)
export const getCostWeekly = heavy(cost.getCostWeekly)
export const getCostWeeklyCsv = heavy(cost.getCostWeeklyCsv)
export const getCostWhatIf = heavy(cost.getCostWhatIf)

function isLong({ from, to = databaseNow() }: { from?: EpochMs | undefined; to?: EpochMs | undefined }): boolean {
  return from !== undefined && to - from > DAY
}

/** @param when which of them is heavy; not given = each */
function heavy<Parameters extends unknown[], Answer>(
  question: (db: Db, ...parameters: Parameters) => Promise<Answer>,
  when?: (...parameters: Parameters) => boolean,
): (db: Db, ...parameters: Parameters) => Promise<Answer> {
  return (db, ...parameters) => {
    if (when && !when(...parameters)) return question(db, ...parameters)
    return heavyGate().run(() => question(ownConnections(db), ...parameters))
  }
}

/** Only of the web's own questions: whoever brings another database means that one. */
function ownConnections(db: Db): Db {
  const questions = databaseFor('questions')
  if (db === questions) return databaseFor('heavy')
  return scopedBase(db) === questions.pool ? onConnections(queryable(db), databaseFor('heavy').pool) : db
}
