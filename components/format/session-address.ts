import type { BgpSession } from '#lib/sessions/api/index.ts'
import { formatSessionSubject } from '#lib/contract/vocabulary.ts'

/** Fields that identify a session. */
type SessionEnds = Pick<BgpSession, 'scope' | 'localAddress' | 'neighbor'>

/** Returns the URL of a session's page. */
export const buildSessionHref = (session: SessionEnds): string =>
  `/sessions/${encodeURIComponent(session.scope)}/${encodeURIComponent(formatSessionSubject(session))}`
