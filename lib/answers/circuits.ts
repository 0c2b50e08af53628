import {
  type Circuit,
  type CircuitPathView,
  circuitPaths,
  type EpochMs,
  type ListParameters,
  type PollKind,
  type ResponseOf,
} from '#lib/contract/index.ts'
import { judgeRedundancy } from '#lib/detection/index.ts'
import { arpAt, emptyArpTables, latestCounters, sessionsAt, type SourceStatus } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type CircuitFacts, pathView } from './circuit-paths.ts'
import { PORT, armKey } from './config/resource-types.ts'
import { armObject } from './config/arm-object.ts'
import { type Db, queryable } from './db.ts'
import { NotFoundError } from './errors.ts'
import { type CircuitResource, connectionsOfCircuit, type Estate, readEstate } from './estate.ts'
import { freshnessOf, pollsOf, readSources } from './freshness.ts'
import { recentMetrics } from './metric-sessions.ts'
import { pageOfList } from './paging.ts'
import { resolveResource } from './scope.ts'
import { lostToGateways } from './lost-to-gateways.ts'
import { iso } from './wire.ts'

/** What the state of a circuit rests on. */
const kinds: readonly PollKind[] = ['summary', 'arp', 'stats']

/** Circuits with both paths, by name. */
export async function listCircuits(
  db: Db,
  parameters: ListParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'circuits'>> {
  const q = queryable(db)
  const { circuits, sources } = await readCircuits(q, await readEstate(q), undefined, now)
  const { rows, nextCursor } = pageOfList(circuits, ({ name, id }) => JSON.stringify([name, id]), parameters)
  return {
    data: rows,
    asOf: iso(now),
    freshness: freshnessOf(pollsOf(sources, kinds, isCircuitOf(circuits)), now),
    nextCursor,
  }
}

/**
 * One circuit by short id or ARM id.
 * @throws NotFoundError
 */
export async function getCircuit(db: Db, id: string, now: EpochMs = Date.now()): Promise<ResponseOf<'circuit'>> {
  const q = queryable(db)
  const resource = await resolveResource(q, id)
  const { circuits, sources } = await readCircuits(q, await readEstate(q), resource.id, now)
  const [circuit] = circuits
  if (!circuit) {
    throw new NotFoundError(
      `${resource.name} is no ExpressRoute circuit that exists now: take an id from /api/v1/circuits`,
    )
  }
  return { data: circuit, asOf: iso(now), freshness: freshnessOf(pollsOf(sources, kinds), now) }
}

const isCircuitOf = (circuits: readonly Circuit[]) => {
  const ids = new Set(circuits.map(({ id }) => id))
  return ({ scope }: SourceStatus) => ids.has(scope)
}

/** The circuits of the estate, or the one in scope, judged. */
export async function readCircuits(
  q: Queryable,
  estate: Estate,
  scope: string | undefined,
  now: EpochMs,
): Promise<{ circuits: Circuit[]; sources: SourceStatus[] }> {
  const facts: CircuitFacts = {
    now,
    sources: await readSources(q, scope),
    sessions: await sessionsAt(q, { scope, now }),
    arp: await arpAt(q, { scope }),
    emptyArp: await emptyArpTables(q, { scope }),
    counters: await latestCounters(q, { scope }),
    metrics: await recentMetrics(
      q,
      scope,
      ['BgpAvailability', 'ArpAvailability', 'BitsInPerSecond', 'BitsOutPerSecond'],
      now,
    ),
  }
  const wanted = estate.circuits.filter(({ resource }) => scope === undefined || resource.id === scope)
  const judged = wanted.map((circuit) => ({
    circuit,
    paths: circuitPaths.map((path) => pathView(circuit, path, facts)),
  }))
  const unsure = judged.filter(({ paths }) => paths.some(({ state }) => state === 'unknown'))
  const lost = await lostToGateways(
    q,
    estate,
    unsure.map(({ circuit }) => circuit.resource.id),
    now,
  )
  return {
    circuits: judged.map(({ circuit, paths }) => circuitView(circuit, paths, estate, lost.has(circuit.resource.id))),
    sources: facts.sources,
  }
}

function circuitView(
  { resource, config }: CircuitResource,
  paths: CircuitPathView[],
  estate: Estate,
  allMseeSessionsDown: boolean,
): Circuit {
  const stateOf = (wanted: CircuitPathView['path']) =>
    paths.find(({ path }) => path === wanted)?.state ?? 'not_configured'
  const { watched, portId, ...own } = config
  const port = portId === null ? undefined : estate.byKey.get(armKey(portId))
  return {
    id: resource.id,
    resourceId: resource.resourceId,
    name: resource.name,
    subscriptionId: resource.subscriptionId,
    resourceGroup: resource.resourceGroup,
    location: resource.location,
    ...own,
    peeringLocation:
      own.peeringLocation ?? (port?.type === PORT ? armObject(port.config).text('peeringLocation') : null),
    ...judgeRedundancy({
      primary: stateOf('primary'),
      secondary: stateOf('secondary'),
      peeringConfigured: watched !== null,
      allMseeSessionsDown,
    }),
    paths,
    connections: connectionsOfCircuit(estate, resource.resourceId).map(
      ({ resource: connection, config: link, gateway }) => ({
        id: connection.id,
        resourceId: connection.resourceId,
        name: connection.name,
        gatewayId: gateway?.id ?? null,
        gatewayName: gateway?.name ?? null,
        routingWeight: link.routingWeight,
        fastPath: link.fastPath,
      }),
    ),
  }
}
