import { type Knowledge, type KnownSession, sessionKey } from './knowledge.ts'

/**
 * Keepalives of a timer of 60 s come 45 to 60 s apart: RFC 4271 section 10 multiplies it by 0.75 to 1.0 each time. One may be seen late,
 * though, by as long as an answer takes.
 */
const KEEPALIVE_MS = { least: 45_000, most: 75_000 }

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

/**
 * Whether a session said more since it was last read than keepalives do. The last message came at some moment between two reads, so that the
 * first keepalive after it may have come soon after the second one: two in a poll's 60 s are nothing new.
 */
function saidMore(known: KnownSession, row: KnownSession): boolean {
  if (known.messagesReceived === null || row.messagesReceived === null || row.readAt === null) return false
  const messages = Number(row.messagesReceived - known.messagesReceived)
  if (messages === 0) return false
  const by = known.lastMessage?.by ?? known.readAt
  if (by === null) return true
  const after = known.lastMessage?.after ?? by - KEEPALIVE_MS.most
  const least = Math.floor((row.readAt - by) / KEEPALIVE_MS.most)
  const most = Math.floor((row.readAt - after) / KEEPALIVE_MS.least)
  return messages < least || messages > most
}
