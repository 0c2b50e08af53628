import { type Knowledge, type KnownSession, sessionKey } from './knowledge.ts'

/**
 * RFC 4271 section 10 lets a keepalive timer of 60 s fire up to a quarter early; a poll may see one a little late. A
 * counter that moves at that pace moves by itself.
 */
const KEEPALIVE_MS = { least: 40_000, most: 75_000 }

/**
 * The sessions of a poll whose route tables should be read: new, in another state, with another number of
 * prefixes, or with more messages than keepalives explain.
 * @param before what was known when the poll began
 */
export function sessionsWithActivity(before: Knowledge, rows: readonly KnownSession[]): KnownSession[] {
  return rows.filter((row) => {
    const known = before.sessions.get(sessionKey(row))
    // at first sight of a gateway its tables are due anyway
    if (!known) return before.sessions.size > 0
    return (
      known.established !== row.established ||
      known.azureState !== row.azureState ||
      known.prefixesReceived !== row.prefixesReceived ||
      saidMore(known, row)
    )
  })
}

/** Whether a session said more since it was last read than keepalives do. */
function saidMore(known: KnownSession, row: KnownSession): boolean {
  if (known.messagesReceived === null || row.messagesReceived === null || row.readAt === null) return false
  const messages = Number(row.messagesReceived - known.messagesReceived)
  if (messages === 0) return false
  const since = known.messagesChangedAt ?? known.readAt
  if (since === null) return true
  const elapsed = row.readAt - since
  return messages < Math.floor(elapsed / KEEPALIVE_MS.most) || messages > Math.floor(elapsed / KEEPALIVE_MS.least)
}
