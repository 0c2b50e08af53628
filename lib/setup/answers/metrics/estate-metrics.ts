import type { EpochMs } from '#lib/contract/index.ts'
import { peerFamily, prefixLimit } from '#lib/detection/index.ts'
import type { MetricFamily } from '#lib/platform/exposition.ts'
import { readCircuits } from '#lib/circuits/answers/index.ts'
import {
  type Db,
  queryable,
  readSources,
  withoutOthers,
  thresholdsInForce,
  readTopology,
} from '#lib/questions/index.ts'

import { readGateways } from '#lib/gateways/answers/index.ts'

import { isCountedSession, readSessions } from '#lib/sessions/answers/index.ts'

import { sourceFacts } from '../sources.ts'

import { estateFamilies } from './families.ts'
import { circuitEntity, type Entity, gatewayEntity, pathEntity, pollEntity, sessionEntity } from './points.ts'

/**
 * Returns metrics of the gateways, circuits, paths, sessions and polls that the caller may see. Names of other
 * customers' resources in labels are replaced.
 */
export async function readEstateMetrics(db: Db, now: EpochMs): Promise<MetricFamily[]> {
  const q = queryable(db)
  const topology = await readTopology(q)
  const { sessions: all } = await readSessions(q, undefined, now, { estate: topology })
  const { gateways } = await readGateways(q, topology, undefined, now, all)
  const { circuits } = await readCircuits(q, topology, undefined, now, all)
  const statuses = await readSources(q)
  const settings = await thresholdsInForce(q)
  const seen = withoutOthers(db, {
    gateways,
    circuits,
    sessions: all.filter(isCountedSession),
    sources: statuses.map((status) => sourceFacts(status, now)),
  })
  const entities: Entity[] = [
    ...seen.gateways.map(gatewayEntity),
    ...seen.circuits.map(circuitEntity),
    ...seen.circuits.flatMap((circuit) =>
      circuit.peerings.flatMap((peering) =>
        peering.paths.map((path) => {
          const isPremium = circuit.sku.tier?.toLowerCase() === 'premium'
          const limit = prefixLimit(peering.name, isPremium, settings, peerFamily(path.customerAddress))
          return pathEntity(circuit, peering, path, limit)
        }),
      ),
    ),
    ...seen.sessions.map(sessionEntity),
    ...seen.sources.map(pollEntity),
  ]
  return estateFamilies(entities)
}
