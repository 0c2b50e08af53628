import { type KnownSourceFacts, type KnownSession, formatSessionKey } from './known-facts.ts'

/**
 * Minimum and maximum time between two BGP keepalives, milliseconds. A keepalive timer of 60 s gives 45 to 60 s,
 * because RFC 4271 section 10 multiplies it by 0.75 to 1.0 each time. The maximum is higher than 60 s, because a poll
 * may count a keepalive late.
 */
const KEEPALIVE_MS = { least: 45_000, most: 75_000 }

/**
 * Returns the sessions whose route tables should be polled now: the session is new, its state or number of prefixes
 * changed, or it received more or fewer messages than keepalives explain.
 * @param before facts from earlier polls
 */
export function findSessionsWithActivity(before: KnownSourceFacts, rows: readonly KnownSession[]): KnownSession[] {
  return rows.filter((row) => {
    const known = before.sessions.get(formatSessionKey(row))
    // if no session of the gateway was known before, its tables are already due
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
 * Reports whether a session received more or fewer messages since the last poll than keepalives explain; false if it
 * received none. The exact time of the last message is unknown, because it arrived between two polls. Therefore two
 * keepalives between two polls are normal, even if the polling interval is only 60 s.
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
