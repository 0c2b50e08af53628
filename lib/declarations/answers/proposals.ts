import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import {
  armTypes,
  type CircuitConfig,
  type Declarations,
  type EpochMs,
  listCircuitPathLinks,
  circuitPaths,
  normalizeArmId,
  parseHubConnectionName,
  type RouteRow,
} from '#lib/contract/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  readResourcePage,
  readReportingRouters,
  readCurrentDeclarations,
  readReportedSessions,
  readRoutesAtMoment,
  readSessionsAtMoment,
  readUsage,
  type RouteAtMoment,
} from '#lib/history/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  buildAgeWithoutPolls,
  type CircuitResource,
  type ReadableDatabase,
  getSqlExecutor,
  NotFoundError,
  matchRouterSessions,
  readTopology,
  selectCircuitPeering,
  type EstateTopology,
} from '#lib/questions/index.ts'
import type {
  AcceptProposalsBody,
  DeclarationProposal,
  DeclarationsEndpointResponse,
  DeclarationsCommandResult,
} from '../api/index.ts'
import {
  type PrefixOfCustomer,
  type CircuitForProposals,
  proposeDeclarations,
  type SessionUnreportedByRouter,
} from '../rules/proposals.ts'
import { getDeclarations, saveDeclarationLists } from './declarations.ts'

/** Maximum number of routes of all circuits from which sites are proposed. With more routes, some are left out. */
const MAX_ROUTES = 50_000

/**
 * Returns proposals for declarations and for reports of routers. They follow from observed data and are not declared
 * yet.
 */
export async function getProposals(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<DeclarationsEndpointResponse<'proposals'>> {
  return { data: await readProposals(getSqlExecutor(db), now), ...buildAgeWithoutPolls(now) }
}

/**
 * Declares the sites and watched prefixes of the proposals that the request names, in one new version.
 * @throws NotFoundError if a proposal no longer follows from the observed data, or contains no declarations
 */
export async function declareAcceptedProposals(
  db: Database,
  { ids }: AcceptProposalsBody,
  now: EpochMs = getDatabaseNow(),
): Promise<DeclarationsCommandResult<'acceptProposals'>> {
  await db.transaction(async (client) => {
    const proposals = await readProposals(client, now)
    const accepted = ids.map((id) => {
      const proposal = proposals.find((one) => one.id === id)
      if (!proposal || proposal.kind === 'reports')
        throw new NotFoundError(
          `there is no proposal ${JSON.stringify(id)} with declarations. Read /api/v1/declarations/proposals again.`,
        )
      return proposal
    })
    const { sites, watched } = await readCurrentDeclarations(client)
    const lists = {
      sites: [...sites, ...accepted.flatMap((proposal) => proposal.sites)],
      watched: [...watched, ...accepted.flatMap((proposal) => proposal.watched)],
    }
    await saveDeclarationLists(client, lists, null, now)
  })
  return getDeclarations(db, {}, now)
}

async function readProposals(q: SqlExecutor, now: EpochMs): Promise<DeclarationProposal[]> {
  const [topology, declared] = [await readTopology(q), await readCurrentDeclarations(q)]
  const { circuits } = topology
  const { rows } = await readRoutesAtMoment(q, { at: null, kinds: ['tables'], limit: MAX_ROUTES })
  const rowsOf = Map.groupBy(rows, ({ scope }) => scope)
  const announced = circuits.flatMap((circuit) => {
    const peering = selectCircuitPeering(circuit, 'private')?.peering
    if (!peering || peering.peerAsn === null) return []
    const isOfPeering = ({ subresource }: { subresource: string }) =>
      subresource.toLowerCase().startsWith(`${peering.name.toLowerCase()}/`)
    const { id } = circuit.resource
    return listAnnounced(id, rowsOf.get(id)?.filter(isOfPeering) ?? [], peering.peerAsn)
  })
  const carried: CircuitForProposals[] = []
  for (const circuit of circuits) carried.push(await describe(q, circuit, now))
  const branches = await readHubBranches(q, topology)
  return proposeDeclarations(
    [...announced, ...branches.flatMap((branch) => branch.announced)],
    [...carried, ...branches.map(({ carrier }) => carrier)],
    await listUnreported(q, topology, declared),
    declared,
  )
}

/**
 * Returns the VPN connections of hubs with the prefixes that the BGP devices of their VPN sites announce. The name of a
 * connection is unique only within its gateway.
 */
async function readHubBranches(q: SqlExecutor, { gateways }: EstateTopology) {
  const inHubs = gateways.filter(({ config }) => config.hubConnections.some(({ site }) => site !== null))
  if (inHubs.length === 0) return []
  const rowsOf = new Map<string, readonly RouteAtMoment[]>()
  for (const { resource } of inHubs) {
    const { rows } = await readRoutesAtMoment(q, {
      scope: resource.id,
      at: null,
      kinds: ['learned'],
      limit: MAX_ROUTES,
    })
    rowsOf.set(resource.id, rows)
  }
  const sites = await readResourcePage(q, { types: [armTypes.vpnSite] })
  const siteOf = new Map(sites.map((site) => [normalizeArmId(site.resourceId), site]))
  return inHubs.flatMap(({ resource, config }) =>
    config.hubConnections.flatMap(({ name, site, siteKey }) => {
      const known = siteKey === null ? undefined : siteOf.get(siteKey)
      if (site === null || !known) return []
      const asns = decodeResourceConfig(armTypes.vpnSite, known.config).devices.map(({ asn }) => asn)
      const id = `${resource.id} ${name}`
      const own = (rowsOf.get(resource.id) ?? []).filter(
        ({ subresource }) => parseHubConnectionName(subresource) === name,
      )
      const announced = [...new Set(asns)].flatMap((asn) => listAnnounced(id, own, asn))
      const carrier = { id, name: `${name} of ${resource.name}`, place: `VPN site ${site}`, bitsPerSecond: null }
      return announced.length > 0 ? [{ announced, carrier }] : []
    }),
  )
}

/**
 * Returns the prefixes that the customer's routers announced. Each has the origin (last ASN) of its shortest AS path.
 */
function listAnnounced(circuit: string, rows: readonly Pick<RouteRow, 'prefix' | 'asPath'>[], peerAsn: number) {
  const best = new Map<string, PrefixOfCustomer & { length: number }>()
  for (const { prefix, asPath } of rows) {
    const origin = asPath.at(-1)
    if (asPath[0] !== peerAsn || origin === undefined) continue
    const known = best.get(prefix)
    if (!known || asPath.length < known.length) best.set(prefix, { circuit, prefix, origin, length: asPath.length })
  }
  return [...best.values()]
}

async function describe(
  q: SqlExecutor,
  { resource, config }: CircuitResource,
  now: EpochMs,
): Promise<CircuitForProposals> {
  const { points } = await readUsage(q, { scope: resource.id, step: '5m', from: now - MS_PER_HOUR, to: now })
  const bits = (['in', 'out'] as const).flatMap((direction) => {
    const coveredMs = points.reduce((sum, point) => sum + point[direction].coveredMs, 0)
    const bytes = points.reduce((sum, point) => sum + Number(point[direction].bytes), 0)
    return coveredMs > 0 ? [(bytes * 8_000) / coveredMs] : []
  })
  return {
    id: resource.id,
    name: resource.name,
    place: placeOf(config) ?? resource.name,
    bitsPerSecond: bits.length > 0 ? bits.reduce((sum, rate) => sum + rate, 0) : null,
  }
}

const placeOf = ({ peeringLocation, provider }: CircuitConfig) =>
  peeringLocation === null || provider === null ? peeringLocation : `${peeringLocation} / ${provider}`

/** Returns the established sessions of customers' routers, per path of a circuit, that no router reports. */
async function listUnreported(
  q: SqlExecutor,
  topology: EstateTopology,
  declared: Declarations,
): Promise<SessionUnreportedByRouter[]> {
  const established = (await readSessionsAtMoment(q)).filter(
    ({ presence, last }) => presence === 'present' && last.state === 'established',
  )
  const neighbors = new Set(established.map(({ scope, neighbor }) => `${scope} ${neighbor}`))
  const matches = matchRouterSessions(await readReportingRouters(q), await readReportedSessions(q), topology, declared)
  const reported = new Set(
    [...matches.values()].flatMap((match) =>
      'link' in match ? [`${match.link.circuitId} ${match.link.peering} ${match.link.path}`] : [],
    ),
  )
  return topology.circuits.flatMap((circuit) => {
    const peering = selectCircuitPeering(circuit, 'private')?.peering
    const { id, name } = circuit.resource
    return circuitPaths.flatMap((path) => {
      if (!peering || reported.has(`${id} private ${path}`)) return []
      return listCircuitPathLinks(peering, path)
        .filter(({ customer }) => neighbors.has(`${id} ${customer}`))
        .map(({ customer }) => ({ circuit: name, path, router: customer, asn: peering.peerAsn }))
    })
  })
}
