import { reservedBy } from '#lib/bgp/index.ts'
import { decodeConfig } from '#lib/azure/config/index.ts'
import {
  armKey,
  armTypes,
  type EpochMs,
  type Hub,
  type HubBgpConnection,
  type HubConnection,
  type HubGateway,
  isChanging,
  type ListParameters,
  owningResource,
  parseArmId,
  type PollKind,
  type ResponseOf,
} from '#lib/contract/index.ts'
import { isUsable } from '#lib/detection/index.ts'
import { listResources, prefixesInTables, type ResourceView, type SourceStatus } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Db, queryable } from './db.ts'
import { NotFoundError } from './errors.ts'
import { freshnessOf, pollFreshness, pollsUnder, readSources } from './freshness.ts'
import { pageOfList } from './paging.ts'
import { resolveResource } from './scope.ts'
import { iso } from './wire.ts'

const kinds: readonly PollKind[] = ['tables', 'learned']
const GATEWAY_TYPES: readonly string[] = [armTypes.expressRouteGateway, armTypes.vpnGateway]

/** Hubs of Virtual WANs and Route Servers by name, with their gateways, connected networks and BGP peers. */
export async function listHubs(
  db: Db,
  parameters: ListParameters,
  now: EpochMs = Date.now(),
): Promise<ResponseOf<'hubs'>> {
  const { hubs, sources } = await readHubs(queryable(db), now)
  const { rows, nextCursor } = pageOfList(hubs, ({ name, id }) => JSON.stringify([name, id]), parameters)
  return { data: rows, asOf: iso(now), freshness: freshnessOf(pollsUnder(sources, kinds, now), now), nextCursor }
}

/**
 * One hub by short id or ARM id.
 * @throws NotFoundError
 */
export async function getHub(db: Db, id: string, now: EpochMs = Date.now()): Promise<ResponseOf<'hub'>> {
  const q = queryable(db)
  const resource = await resolveResource(q, id)
  const { hubs, sources } = await readHubs(q, now)
  const data = hubs.find((hub) => hub.id === resource.id)
  if (!data) throw new NotFoundError(`${resource.name} is no hub that exists now: take an id from /api/v1/hubs`)
  const scopes = new Set([data.id, ...data.gateways.map((gateway) => gateway.id)])
  const own = sources.filter(({ scope }) => scopes.has(scope))
  return { data, asOf: iso(now), freshness: freshnessOf(pollsUnder(own, kinds, now), now) }
}

/** What was read beside the configuration. */
interface Facts {
  now: EpochMs
  byKey: ReadonlyMap<string, ResourceView>
  /** resources inside hubs, and gateways, by the key of their hub */
  inside: ReadonlyMap<string, ResourceView[]>
  /** tables whose size is known: read well, and lately */
  sizes: ReadonlyMap<string, number>
}

async function readHubs(q: Queryable, now: EpochMs): Promise<{ hubs: Hub[]; sources: SourceStatus[] }> {
  const resources = await listResources(q, {
    types: [
      armTypes.virtualHub,
      ...GATEWAY_TYPES,
      armTypes.hubBgpConnection,
      armTypes.hubNetworkConnection,
      armTypes.virtualNetwork,
      armTypes.circuit,
    ],
  })
  const polled = resources.filter(({ type }) => type === armTypes.virtualHub || GATEWAY_TYPES.includes(type))
  const scopes = new Set(polled.map(({ id }) => id))
  const sources = (await readSources(q)).filter(({ scope }) => scopes.has(scope))
  const usable = new Set(
    sources
      .filter(({ poll }) => isUsable(pollFreshness(poll, now)))
      .map(({ scope, subresource, poll }) => tableOf(scope, subresource, poll.kind)),
  )
  const sizes = await prefixesInTables(q, { scopes: [...scopes], kinds: ['tables', 'learned'] })
  const facts: Facts = {
    now,
    byKey: new Map(resources.map((resource) => [armKey(resource.resourceId), resource])),
    inside: Map.groupBy(resources, hubKeyOf),
    sizes: new Map(
      sizes
        .map(({ scope, subresource, kind, prefixes }) => [tableOf(scope, subresource, kind), prefixes] as const)
        .filter(([table]) => usable.has(table)),
    ),
  }
  const hubs = resources.filter(({ type }) => type === armTypes.virtualHub).map((resource) => hubView(resource, facts))
  return { hubs, sources }
}

const tableOf = (scope: string, subresource: string, kind: string) => `${scope} ${kind} ${subresource}`

/** The key of the hub that something belongs to; '' = to none. */
function hubKeyOf({ type, resourceId, config }: ResourceView): string {
  if (type === armTypes.hubBgpConnection || type === armTypes.hubNetworkConnection) {
    return armKey(owningResource(resourceId))
  }
  if (!GATEWAY_TYPES.includes(type)) return ''
  const decoded = decodeConfig(type, config)
  return decoded?.resource === 'gateway' ? (decoded.networkKey ?? '') : ''
}

function hubView(resource: ResourceView, facts: Facts): Hub {
  const { id, resourceId, name, subscriptionId, resourceGroup, location } = resource
  const place = { id, resourceId, name, subscriptionId, resourceGroup, location }
  const inside = facts.inside.get(armKey(resourceId)) ?? []
  const common = {
    gateways: inside.flatMap((one) => (GATEWAY_TYPES.includes(one.type) ? gatewayView(one, facts) : [])),
    networks: inside.flatMap((one) => (one.type === armTypes.hubNetworkConnection ? [networkView(one, facts)] : [])),
    bgpConnections: inside.flatMap((one) => (one.type === armTypes.hubBgpConnection ? [bgpView(one)] : [])),
  }
  const config = decodeConfig(resource.type, resource.config)
  if (config?.resource === 'gateway') return { ...place, ...routeServerFacts(config), ...common }
  const network = config?.resource === 'network' ? config : null
  const own = network?.hub ?? null
  const effectivePrefixes = facts.sizes.get(tableOf(id, DEFAULT_TABLE, 'tables')) ?? null
  const provisioningState = own?.provisioningState ?? null
  const routingState = own?.routingState ?? null
  return {
    ...place,
    kind: 'hub',
    wan: own?.wan ?? null,
    addressPrefixes: network?.addressPrefixes ?? [],
    asn: own?.asn ?? null,
    routerAddresses: own?.routerAddresses ?? [],
    routingPreference: network?.routingPreference ?? 'expressRoute',
    allowsBranchToBranch: own?.allowsBranchToBranch ?? null,
    provisioningState,
    routingState,
    ...stateOf({ provisioningState, routingState, isRead: effectivePrefixes !== null }),
    effectivePrefixes,
    ...common,
  }
}

const DEFAULT_TABLE = 'defaultRouteTable'

function routeServerFacts(config: Extract<ReturnType<typeof decodeConfig>, { resource: 'gateway' }>) {
  const { asn, instances, routingPreference, provisioningState } = config
  return {
    kind: 'routeServer' as const,
    wan: null,
    addressPrefixes: [],
    asn,
    routerAddresses: instances.flatMap(([address]) => address ?? []),
    routingPreference,
    allowsBranchToBranch: null,
    provisioningState,
    routingState: null,
    // it has no table of its own that could be late
    ...stateOf({ provisioningState, routingState: null, isRead: true }),
    effectivePrefixes: null,
  }
}

function stateOf(facts: {
  provisioningState: string | null
  routingState: string | null
  isRead: boolean
}): Pick<Hub, 'state' | 'reason'> {
  const { provisioningState, routingState, isRead } = facts
  const isWord = (value: string | null, word: string) => value?.toLowerCase() === word
  if (isWord(routingState, 'failed')) return { state: 'failed', reason: 'Azure reports its router as Failed.' }
  if (isWord(provisioningState, 'failed'))
    return { state: 'failed', reason: 'Azure reports its provisioning as Failed.' }
  if (isChanging({ provisioningState }) || isWord(routingState, 'provisioning')) {
    return { state: 'changing', reason: 'Azure is changing it.' }
  }
  if (!isRead) return { state: 'unknown', reason: 'Its routes were not read lately.' }
  return { state: 'healthy', reason: null }
}

function gatewayView(resource: ResourceView, { byKey, sizes }: Facts): HubGateway[] {
  const config = decodeConfig(resource.type, resource.config)
  if (config?.resource !== 'gateway') return []
  const { id, resourceId, name, type } = resource
  const hub = parseArmId(config.networkKey ?? '')
  return [
    {
      id,
      resourceId,
      name,
      kind: type === armTypes.vpnGateway ? 'vpn' : 'expressRoute',
      scaleUnits: config.scaleUnits,
      provisioningState: config.provisioningState,
      connections: config.hubConnections.map(({ circuitKey, ...connection }): HubConnection => {
        const circuit = circuitKey === null ? undefined : byKey.get(circuitKey)
        const table = hub && [...sizes.keys()].find((known) => isTableOf(known, id, connection.name))
        return {
          ...connection,
          circuitId: circuit?.id ?? null,
          circuitName: circuitKey === null ? null : (circuit?.name ?? parseArmId(circuitKey)?.name ?? null),
          table: table ? table.slice(`${id} learned `.length) : null,
          prefixes: table ? (sizes.get(table) ?? null) : null,
        }
      }),
    },
  ]
}

/** Subresources of inbound routes end with the connection's name. */
const isTableOf = (table: string, scope: string, connection: string) =>
  table.startsWith(`${scope} learned `) && table.endsWith(`/${connection}`)

function networkView({ name, config }: ResourceView, { byKey }: Facts): Hub['networks'][number] {
  const { networkKey, provisioningState, internetSecurity } = decodeConfig(armTypes.hubNetworkConnection, config)
  const network = networkKey === null ? undefined : byKey.get(networkKey)
  return {
    name,
    networkId: network?.id ?? null,
    networkName: network?.name ?? parseArmId(networkKey ?? '')?.name ?? 'a network that ARM does not name',
    provisioningState,
    internetSecurity,
  }
}

function bgpView({ id, name, config }: ResourceView): HubBgpConnection {
  const { resource: _, ...facts } = decodeConfig(armTypes.hubBgpConnection, config)
  const { peerAsn } = facts
  return { id, name, ...facts, peerAsnReservedBy: peerAsn === null ? null : reservedBy(peerAsn) }
}
