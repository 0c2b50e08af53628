import type { PeerRow } from '#lib/contract/index.ts'
import { insideOf, type SessionEndRoles } from '#lib/detection/index.ts'

/**
 * Returns the neighbors of a gateway for which advertised routes are polled: external neighbors that have or had a
 * session.
 */
export function advertisedTo(sessions: readonly (SessionEndRoles & { hadSession: boolean })[]): string[] {
  const isInside = insideOf(sessions)
  const outside = sessions.filter((session) => session.hadSession && !isInside(session))
  return [...new Set(outside.map(({ neighbor }) => neighbor))]
}

/**
 * Returns the neighbors for which advertised routes are polled, based on a single poll of the gateway's peers: external
 * neighbors with an established session.
 */
export const advertisedNeighbors = (
  rows: readonly Pick<PeerRow, 'localAddress' | 'neighbor' | 'asn' | 'state'>[],
): string[] => advertisedTo(rows.map((row) => ({ ...row, hadSession: row.state === 'established' })))
