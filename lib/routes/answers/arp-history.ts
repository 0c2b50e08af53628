import type { ArpHistoryParameters, RoutesEndpointResponse } from '../api/index.ts'
import { type EpochMs, parsePeeringType, type PollKind } from '#lib/contract/index.ts'
import { readArpHistory } from '../store/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { createRangeResponse, type ReadableDatabase, getSqlExecutor, resolveCircuit } from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['arp']
const DEFAULT_RANGE_MS = 86_400_000

/** Returns the history of the entries in a circuit's ARP tables, newest first. */
export async function getArpHistory(
  db: ReadableDatabase,
  id: string,
  parameters: ArpHistoryParameters,
  now: EpochMs = getDatabaseNow(),
): Promise<RoutesEndpointResponse<'arpHistory'>> {
  const { id: scope } = await resolveCircuit(getSqlExecutor(db), id)
  const { q, range, page } = createRangeResponse(db, { parameters, lasting: DEFAULT_RANGE_MS, scope, kinds, now })
  const read = await readArpHistory(q, { ...range, scope, limit: parameters.limit })
  return page(
    read,
    read.rows.map((row) => ({ ...row, peering: parsePeeringType(row.peering), from: row.since, to: row.until })),
  )
}
