import { oncePerProcess } from '#lib/bgp/once.ts'
import { onConnections, scopedBase } from '#lib/history/index.ts'
import { QUESTION_WAIT_MS, questionsReader, readingDatabase } from './connection.ts'
import { type Db, queryable } from './db.ts'
import { QuestionGate } from './gate.ts'

/** Each may keep a core of the database busy for seconds. */
const AT_ONCE = 4

/** Returns the one gate of the process. */
export const heavyGate = oncePerProcess('answers.heavy', () => new QuestionGate(AT_ONCE, QUESTION_WAIT_MS))

/**
 * A question that waits for its turn. Connections of their own keep those that are blocked from stopping the others.
 * @param when which of them is heavy; not given = each
 */
export function heavy<Parameters extends unknown[], Answer>(
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
  const questions = questionsReader()
  const isOfQuestions = questions !== null && (db === questions || scopedBase(db) === questions)
  return isOfQuestions ? onConnections(queryable(db), readingDatabase('heavy')) : db
}
