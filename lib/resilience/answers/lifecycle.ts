import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { normalizeArmId, armTypes, type EpochMs, type PollKind } from '#lib/contract/index.ts'
import { getReaderAudience, readResourcePage } from '#lib/history/index.ts'
import { readNetworks } from '#lib/networks/answers/index.ts'
import type { ResilienceEndpointResponse } from '../api/index.ts'
import { readConfigSpans, readFirstObservationTimes } from '../store/index.ts'
import { readServiceKeyRequests } from '#lib/circuits/store/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type StoredCircuitHistory,
  listCommissioningSteps,
  listDecommissioningSteps,
  type ResourcesUsedOnlyByCircuit,
} from '../rules/index.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import {
  listGatewayConnections,
  type ReadableDatabase,
  getSqlExecutor,
  readSources,
  readTopology,
} from '#lib/questions/index.ts'

/** Maximum number of requests for service keys among which those of one circuit are searched. */
const MAX_REQUESTS = 1_000

/**
 * Returns the steps from the order of a circuit until it carried traffic, and the steps for removing it.
 * @throws NotFoundError if the circuit does not exist
 */
export async function getLifecycle(
  db: ReadableDatabase,
  id: string,
  now: EpochMs = getDatabaseNow(),
): Promise<ResilienceEndpointResponse<'lifecycle'>> {
  const q = getSqlExecutor(db)
  const { data: circuit, asOf, freshness } = await getCircuit(db, id, now)
  const past = await pastOf(
    q,
    circuit.id,
    circuit.connections.map((connection) => connection.id),
  )
  return {
    data: {
      commissioning: listCommissioningSteps(past),
      decommissioning: listDecommissioningSteps(circuit, await standingFor(q, circuit.resourceId, now)),
    },
    asOf,
    freshness,
  }
}

/**
 * Returns the resources that are used only by this circuit. A gateway is included even if its connection to the circuit
 * was deleted, because the gateway must still be removed.
 * @returns null if the caller has limited access, because it is then unknown which other circuits use a gateway
 */
async function standingFor(
  q: SqlExecutor,
  circuitResourceId: string,
  now: EpochMs,
): Promise<ResourcesUsedOnlyByCircuit | null> {
  if (getReaderAudience(q) !== '') return null
  const key = normalizeArmId(circuitResourceId)
  const topology = await readTopology(q)
  const past = { includeRemoved: true, types: [armTypes.connection] }
  const linked = (await readResourcePage(q, past)).flatMap(({ config }) => {
    const { circuitKey, gatewayKeys } = decodeResourceConfig(armTypes.connection, config)
    return circuitKey === key ? gatewayKeys : []
  })
  const gateways = await readResourcePage(q, { ...past, types: [armTypes.virtualNetworkGateway], keys: linked })
  const own = gateways.filter(({ resourceId }) =>
    listGatewayConnections(topology, resourceId).every(({ config }) => config.circuitKey === key),
  )
  const holders = own.map(({ config }) => decodeResourceConfig(armTypes.virtualNetworkGateway, config).networkKey)
  const all = await readNetworks(q, now)
  const networks = all.filter(
    ({ resourceId, gatewayIds }) =>
      holders.includes(normalizeArmId(resourceId)) &&
      gatewayIds.every((id) => own.some((gateway) => gateway.id === id)),
  )
  const held = new Set(networks.map(({ id }) => id))
  const peerings = all.flatMap((network) =>
    network.peerings
      .filter(({ back, remoteId, allowGatewayTransit, useRemoteGateways }) =>
        held.has(network.id)
          ? (back?.useRemoteGateways ?? allowGatewayTransit)
          : useRemoteGateways && held.has(remoteId ?? ''),
      )
      .map(({ name }) => ({
        name: `${name} of ${network.name}`,
        resourceId: `${network.resourceId}/virtualNetworkPeerings/${name}`,
      })),
  )
  return { gateways: own.filter(({ since }) => since !== null), networks, peerings }
}

async function pastOf(q: SqlExecutor, circuit: string, connections: readonly string[]): Promise<StoredCircuitHistory> {
  const sources = await readSources(q, circuit)
  const isPolled = (kind: PollKind) => sources.some(({ scheduled, poll }) => scheduled && poll.kind === kind)
  const spans = await readConfigSpans(q, circuit)
  const requests = await readServiceKeyRequests(q, { limit: MAX_REQUESTS, before: null })
  const asked = requests.filter(({ circuitId }) => circuitId === circuit).map(({ at }) => at.getTime())
  return {
    keyRequestedAt: asked.length > 0 ? Math.min(...asked) : null,
    configured: spans.flatMap(({ since, config }) => {
      const read = decodeResourceConfig(armTypes.circuit, config)
      if (read?.resource !== 'circuit') return []
      const enabled = read.peerings.filter(({ state }) => state?.toLowerCase() === 'enabled')
      return [{ since, providerState: read.provisioning.provider, peerings: enabled.map(({ name }) => name) }]
    }),
    first: await readFirstObservationTimes(q, { circuit, connections }),
    polled: { arp: isPolled('arp'), summary: isPolled('summary'), stats: isPolled('stats') },
  }
}
