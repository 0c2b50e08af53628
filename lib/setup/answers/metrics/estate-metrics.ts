import type { EpochMs } from '#lib/contract/index.ts'
import { detectPeerFamily, findPrefixLimit } from '#lib/detection/index.ts'
import type { MetricFamily } from '#lib/platform/metrics-exposition.ts'
import { readCircuits } from '#lib/circuits/answers/index.ts'
import {
  type ReadableDatabase,
  getSqlExecutor,
  readSources,
  maskOtherCustomersNames,
  readThresholdsInForce,
  readTopology,
} from '#lib/questions/index.ts'

import { readGateways } from '#lib/gateways/answers/index.ts'

import { isCountedSession, readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'

import { buildApiSource } from '../sources.ts'

import { groupEstateMetrics } from './estate-families.ts'
import {
  createCircuitEntity,
  type MetricsOfResource,
  createGatewayEntity,
  createPathEntity,
  createPollEntity,
  createSessionEntity,
} from './metric-entities.ts'

/**
 * Returns metrics of the gateways, circuits, paths, sessions and polls that the caller may see. Names of other
 * customers' resources in labels are replaced.
 */
export async function readEstateMetrics(db: ReadableDatabase, now: EpochMs): Promise<MetricFamily[]> {
  const q = getSqlExecutor(db)
  const topology = await readTopology(q)
  const { sessions: all } = await readBgpSessionsWithVerdicts(q, undefined, now, { estate: topology })
  const { gateways } = await readGateways(q, topology, undefined, now, all)
  const { circuits } = await readCircuits(q, topology, undefined, now, all)
  const statuses = await readSources(q)
  const settings = await readThresholdsInForce(q)
  const seen = maskOtherCustomersNames(db, {
    gateways,
    circuits,
    sessions: all.filter(isCountedSession),
    sources: statuses.map((status) => buildApiSource(status, now)),
  })
  const entities: MetricsOfResource[] = [
    ...seen.gateways.map(createGatewayEntity),
    ...seen.circuits.map(createCircuitEntity),
    ...seen.circuits.flatMap((circuit) =>
      circuit.peerings.flatMap((peering) =>
        peering.paths.map((path) => {
          const isPremium = circuit.sku.tier?.toLowerCase() === 'premium'
          const limit = findPrefixLimit(peering.name, isPremium, settings, detectPeerFamily(path.customerAddress))
          return createPathEntity(circuit, peering, path, limit)
        }),
      ),
    ),
    ...seen.sessions.map(createSessionEntity),
    ...seen.sources.map(createPollEntity),
  ]
  return groupEstateMetrics(entities)
}
