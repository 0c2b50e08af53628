import { type Knowledge, type KnownSession, sessionKey } from './knowledge.ts'

/**
 * Bounds of the time between two keepalives in milliseconds. With a timer of 60 s it is 45 to 60 s, because RFC 4271
 * section 10 multiplies the timer by 0.75 to 1.0 each time. A poll may count a keepalive later by its own duration.
 */
const KEEPALIVE_MS = { least: 45_000, most: 75_000 }

/**
 * Returns the sessions of a poll whose route tables should be polled: sessions that are new, have another state or
 * number of prefixes, or have received more messages than keepalives explain.
 * @param before knowledge when the poll began
 */
export function sessionsWithActivity(before: Knowledge, rows: readonly KnownSession[]): KnownSession[] {
  return rows.filter((row) => {
    const known = before.sessions.get(sessionKey(row))
    // if the gateway is new, its tables are due anyway
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
 * Reports whether a session received more or fewer messages since its last read than keepalives explain. The last
 * message arrived at an unknown moment between two reads, so the first keepalive after it may have arrived soon after
 * the second read. Therefore two keepalives in a poll interval of 60 s are normal.
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
