import type { PeerRow } from '#lib/contract/index.ts'
import { insideOf, type SessionEndRoles } from '#lib/detection/index.ts'

/**
 * The neighbors of one gateway to which the routes that it advertises are polled: none of its own instances, and with a session, now or before.
 */
export function advertisedTo(sessions: readonly (SessionEndRoles & { hadSession: boolean })[]): string[] {
  const isInside = insideOf(sessions)
  const outside = sessions.filter((session) => session.hadSession && !isInside(session))
  return [...new Set(outside.map(({ neighbor }) => neighbor))]
}

/** The same by what one poll of the gateway's peers reports. */
export const advertisedNeighbors = (
  rows: readonly Pick<PeerRow, 'localAddress' | 'neighbor' | 'asn' | 'state'>[],
): string[] => advertisedTo(rows.map((row) => ({ ...row, hadSession: row.state === 'established' })))
