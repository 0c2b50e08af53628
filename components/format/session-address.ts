import type { Session } from '#lib/sessions/api/index.ts'
import { sessionSubject } from '#lib/contract/vocabulary.ts'

/** The key of a session. */
type SessionEnds = Pick<Session, 'scope' | 'localAddress' | 'neighbor'>

/** The page of a session. */
export const sessionHref = (session: SessionEnds): string =>
  `/sessions/${encodeURIComponent(session.scope)}/${encodeURIComponent(sessionSubject(session))}`
