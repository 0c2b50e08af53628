import { memoizePerProcess } from '#lib/bgp/memoize.ts'
import { moveAccessScopeToConnection, getConnectionBelowScope } from '#lib/history/index.ts'
import { MAX_CONNECTION_WAIT_MS, findQuestionsReader, getReadingDatabase } from './connection.ts'
import { type ReadableDatabase, getSqlExecutor } from './db.ts'
import { QueryQueue } from './query-queue.ts'

/**
 * Maximum number of simultaneous heavy queries. Each of them may use a core of the database server for several seconds.
 */
const AT_ONCE = 4

/** Returns the queue for heavy queries that the whole process shares. */
export const getHeavyQueryQueue = memoizePerProcess(
  'answers.heavy',
  () => new QueryQueue(AT_ONCE, MAX_CONNECTION_WAIT_MS),
)

/**
 * Wraps a query function, so that its heavy calls wait in the queue for heavy queries and use separate connections.
 * Slow queries therefore do not block ordinary queries.
 * @param when reports whether a call is heavy; absent = every call is heavy
 */
export function queueAsHeavy<Parameters extends unknown[], Answer>(
  question: (db: ReadableDatabase, ...parameters: Parameters) => Promise<Answer>,
  when?: (...parameters: Parameters) => boolean,
): (db: ReadableDatabase, ...parameters: Parameters) => Promise<Answer> {
  return (db, ...parameters) => {
    if (when && !when(...parameters)) return question(db, ...parameters)
    return getHeavyQueryQueue().run(() => question(ownConnections(db), ...parameters))
  }
}

/**
 * Returns the connection for heavy queries if `db` is the connection for ordinary queries. Any other database is
 * returned unchanged.
 */
function ownConnections(db: ReadableDatabase): ReadableDatabase {
  const questions = findQuestionsReader()
  const isOfQuestions = questions !== null && (db === questions || getConnectionBelowScope(db) === questions)
  return isOfQuestions ? moveAccessScopeToConnection(getSqlExecutor(db), getReadingDatabase('heavy')) : db
}
