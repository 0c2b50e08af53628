import type { ArpHistoryParameters, ResponseOf } from '../api/index.ts'
import { type EpochMs, peeringKind, type PollKind } from '#lib/contract/index.ts'
import { arpHistory } from '../store/index.ts'
import { databaseNow } from '#lib/platform/database-clock.ts'
import {
  coveredBetween,
  type Db,
  queryable,
  freshnessOf,
  pollsOf,
  readSources,
  keptRange,
  resolveCircuit,
  iso,
  isoBounds,
  isoBoundsOrNull,
} from '#lib/questions/index.ts'

const kinds: readonly PollKind[] = ['arp']
const DEFAULT_RANGE_MS = 86_400_000

/** How the entries of a circuit's ARP tables stood, newest first. */
export async function getArpHistory(
  db: Db,
  id: string,
  parameters: ArpHistoryParameters,
  now: EpochMs = databaseNow(),
): Promise<ResponseOf<'arpHistory'>> {
  const q = queryable(db)
  const { id: scope } = await resolveCircuit(q, id)
  const { from, to, cursor, wrap } = keptRange(parameters, now, DEFAULT_RANGE_MS)
  const page = await arpHistory(q, { scope, from, to, limit: parameters.limit, cursor })
  const sources = await readSources(q, scope)
  return {
    data: page.rows.map((row) => ({
      peering: peeringKind(row.peering),
      path: row.path,
      interface: row.interface,
      ipAddress: row.ipAddress,
      macAddress: row.macAddress,
      from: isoBounds(row.since),
      to: isoBoundsOrNull(row.until),
    })),
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, kinds), now),
    ...(await coveredBetween(q, { scope, kinds, from, to, now })),
    nextCursor: wrap(page.nextCursor),
  }
}
