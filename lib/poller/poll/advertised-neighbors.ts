import type { PeerRow } from '#lib/contract/index.ts'
import { createInsideSessionTest, type SessionEndRoles } from '#lib/detection/index.ts'

/**
 * Returns the neighbors of a gateway for which advertised routes are polled. These are the neighbors outside of the
 * gateway (not its own instances) with which it has or had a session.
 */
export function listAdvertisedNeighbors(sessions: readonly (SessionEndRoles & { hadSession: boolean })[]): string[] {
  const isInside = createInsideSessionTest(sessions)
  const outside = sessions.filter((session) => session.hadSession && !isInside(session))
  return [...new Set(outside.map(({ neighbor }) => neighbor))]
}

/**
 * Returns the result of {@link listAdvertisedNeighbors} from the rows of a single poll of a gateway's peers; a neighbor
 * counts if its session is established.
 */
export const listAdvertisedNeighborsOfRows = (
  rows: readonly Pick<PeerRow, 'localAddress' | 'neighbor' | 'asn' | 'state'>[],
): string[] => listAdvertisedNeighbors(rows.map((row) => ({ ...row, hadSession: row.state === 'established' })))
