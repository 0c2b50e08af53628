import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { overlapsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import {
  armTypes,
  type RequestCaller,
  type WhatIfChange,
  type EpochMs,
  forwardingTablePollKinds,
  getTopLevelResourceId,
  isGatewayType,
  type WhatIfLoss,
  normalizeArmId,
  isVpnGateway,
} from '#lib/contract/index.ts'
import { readResourcePage, type ResourceView } from '#lib/history/index.ts'
import { readOfferedBandwidths } from '#lib/cost/answers/index.ts'
import { isFreshnessUsable } from '#lib/detection/index.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type ReadableDatabase,
  buildFreshnessFields,
  formatIsoOrNull,
  getLastGoodTime,
  judgePollFreshness,
  findSupportingPolls,
  getSqlExecutor,
  readSources,
  readThresholdsInForce,
} from '#lib/questions/index.ts'
import {
  computeWhatIf,
  createResourceNameFinder,
  getCircuitLimits,
  getGatewayLimits,
  readPostureFacts,
  type WhatIfData,
  readCachedWhatIfData,
} from '#lib/resilience/answers/index.ts'
import { findSkuLimits, getEffectiveScaleUnits } from '#lib/gateways/answers/index.ts'
import { readBgpSessionsWithVerdicts } from '#lib/sessions/answers/index.ts'
import type { BgpSession, StoredSession } from '#lib/sessions/api/index.ts'
import { checkPosture, listTablesOfDistinctRoutes, type PostureFacts } from '#lib/resilience/rules/index.ts'
import {
  type PlanCheckResponse,
  type PlanBody,
  type PlanDowntime,
  type PlannedChange,
  formatPlannedChange,
  type PlanCommandResult,
} from '../api/index.ts'
import { findPlanDowntime } from '../rules/downtime.ts'
import { applyPlanToPosture, type PlannedLimits, type ResolvedPlannedChange } from '../rules/facts-after.ts'
import { checkInPlaceChange } from '../rules/in-place.ts'
import { findChangedChecks } from '../rules/changed-checks.ts'
import { computePlanCost } from './read-cost.ts'
import { findAnnouncingGateways, resolvePlan } from './resolve-plan.ts'

const MAX_ROWS = 500

/**
 * Returns the effects of a plan on the current network. The result contains only data that the caller may see.
 * @param caller its rights decide whether the response contains costs
 */
export async function checkPlan(
  db: ReadableDatabase,
  { terms }: PlanBody,
  caller: Pick<RequestCaller, 'rights'>,
  now: EpochMs = getDatabaseNow(),
): Promise<PlanCommandResult<'checkPlan'>> {
  const q = getSqlExecutor(db)
  const world = await readCachedWhatIfData(db, { at: undefined, now })
  const { resolved, unknown, facts, refused, oneWay, asked } = await resolveAppliedPlan(q, terms, world, now)
  const money = caller.rights.has('read_cost') ? await computePlanCost(db, resolved, now) : null
  const { data } = await computeWhatIf(
    db,
    { ...asked, at: undefined, customer: undefined, rows: 'changed' },
    { costOfMonth: money?.ofMonth ?? null },
    now,
  )
  const settings = await readThresholdsInForce(q)
  const limits: PlannedLimits = {
    ofCircuit: (circuit) => getCircuitLimits(circuit, settings),
    ofGateway: (gateway, circuits) => {
      const linked = circuits.filter(({ connections }) => connections.some((one) => one.gatewayId === gateway.id))
      const takes = findSkuLimits(gateway, getEffectiveScaleUnits(gateway.scaleUnits))
      const load = gateway.load?.map((one) => {
        const limit = one.name === 'cpu' || one.name === 'flowsCreated' ? one.limit : (takes?.[one.name] ?? null)
        return { ...one, limit, share: limit === null ? null : one.value / limit }
      })
      return { limits: getGatewayLimits(gateway, linked), load }
    },
  }
  const changes = findChangedChecks(checkPosture(facts), checkPosture(applyPlanToPosture(facts, resolved, limits)))
  const { sessions } = await readBgpSessionsWithVerdicts(q, undefined, now)
  const types = [
    ...(resolved.some(({ term }) => term.kind === 'route_map') ? [armTypes.hubRouteMap] : []),
    ...(resolved.some(({ resource }) => resource.hubConnection) ? [armTypes.vpnSite] : []),
  ]
  const partsOfHubs = types.length > 0 ? await readResourcePage(q, { types }) : []
  // A prefix whose outcome is unknown is left out if it had no route before the plan either.
  const rows = data.prefixes.filter(({ outcome, matchBefore }) => outcome !== 'unknown' || matchBefore !== null)
  const unseen = rows.filter(({ outcome }) => outcome === 'unknown').length
  const answer: PlanCheckResponse = {
    terms: describePlannedChanges(terms, resolved),
    unknown: [...unknown, ...(world.isBlind ? [{ term: null, why: 'no route table was read yet' }] : [])],
    refused,
    oneWay,
    counts: { ...data.counts, unknown: unseen },
    prefixes: rows.slice(0, MAX_ROWS),
    old: [],
    names: Object.fromEntries(world.facts.topology.circuits.map(({ resource }) => [resource.id, resource.name])),
    overlaps: overlapsIn(resolved, world),
    hubTables: data.hubTables,
    load: data.load,
    limits: data.limits,
    cost: money ? money.lines(data.cost) : null,
    ...changes,
    downtime: resolved
      .filter(({ n }) => !refused.some(({ term }) => term === n))
      .map((one) => downtimeIn(one, sessions, world, partsOfHubs)),
    notModelled: [
      ...(unseen > 0
        ? [{ id: 'unknown_rows', text: `${unseen} prefixes of which the tables do not say what becomes of them.` }]
        : []),
      ...data.notModelled,
    ],
  }
  const sources = await readSources(q)
  const polls = findSupportingPolls(sources, [...forwardingTablePollKinds, 'inventory'], now)
  answer.old = sources.flatMap(({ scope, scopeName, subresource, poll }) =>
    polls.includes(poll) && !isFreshnessUsable(judgePollFreshness(poll, now))
      ? [{ scope, scopeName, subresource, kind: poll.kind, lastReadAt: formatIsoOrNull(getLastGoodTime(poll)) }]
      : [],
  )
  return { data: answer, ...buildFreshnessFields(polls, now) }
}

/**
 * Prepares the simulation (what-if) of a plan. In the result, `resolved` contains the changes whose effect the model
 * knows at least in part, and `unknown` the other changes. `refused` contains the changes that Azure refuses to make,
 * which are simulated as well, and `oneWay` the changes that Azure refuses to revert. `facts` is the input of the
 * design checks, and `asked` is the input of the what-if.
 */
export async function resolveAppliedPlan(
  q: SqlExecutor,
  terms: readonly PlannedChange[],
  world: WhatIfData,
  now: EpochMs,
) {
  const { resolved, unknown } = await resolvePlan(q, terms, world)
  const facts = await readPostureFacts(q, now)
  const offered = await readOfferedBandwidths(q)
  const refused: PlanCheckResponse['refused'] = []
  const oneWay: PlanCheckResponse['oneWay'] = []
  for (const one of resolved) {
    const { there, back } = checkInPlaceChange(
      one,
      resolved,
      { ...facts, offered },
      isVpnGateway(one.resource.type, findGatewayConfig(one.resource.id, world)?.kind),
    )
    const term = one.n
    if (there.is === 'refused') refused.push({ term, why: there.why, source: there.source })
    else if (there.is === 'unknown') unknown.push({ term, why: there.why })
    else if (back.is === 'refused')
      oneWay.push({ term, why: `it can not be taken back in place: ${back.why}`, source: back.source })
  }
  return { resolved, unknown, facts, refused, oneWay, asked: askedOf(resolved, facts) }
}

/**
 * Describes each change of a plan in a sentence, with the ID and name of its resource. ID and name are null if the
 * resource was not found, or if the change is not simulated.
 */
export const describePlannedChanges = (
  terms: readonly PlannedChange[],
  resolved: readonly ResolvedPlannedChange[],
): PlanCheckResponse['terms'] =>
  terms.map((term, n) => {
    const found = resolved.find((one) => one.n === n)?.resource
    return {
      words: formatPlannedChange(term, found?.name ?? term.resource),
      id: found?.id ?? null,
      name: found?.name ?? null,
    }
  })

/**
 * Converts the changes of a plan to the losses and changes that a what-if simulates. Changes that do not affect routes
 * or load are left out, for example a change of the billing plan.
 */
function askedOf(
  plan: readonly ResolvedPlannedChange[],
  facts: PostureFacts,
): { lose: WhatIfLoss[]; change: WhatIfChange[] } {
  const lose: WhatIfLoss[] = []
  const change: WhatIfChange[] = []
  const pathsLost = (circuitId: string, type: 'private' | 'microsoft' | 'public') => {
    const circuit = facts.circuits.find(({ id }) => id === circuitId)
    for (const { path, customerAddress } of circuit?.peerings.find((one) => one.type === type)?.paths ?? []) {
      if (customerAddress === null) continue
      lose.push({ text: `${circuitId}/${type}/${path}`, kind: 'path', id: circuitId, peering: type, path })
    }
  }
  for (const { term, resource } of plan) {
    const { id, hubConnection } = resource
    if (term.kind === 'delete')
      lose.push(
        hubConnection
          ? { text: id, kind: 'instance', id: hubConnection.gatewayId, address: hubConnection.name }
          : { text: id, kind: 'resource', id },
      )
    if (term.kind === 'peering_off') pathsLost(id, term.peering)
    // If the route filter allows no community, Microsoft announces no routes. In the simulation, the circuit then loses
    // both paths of its Microsoft peering.
    if (term.kind === 'filter' && (term.communities ?? []).length === 0)
      for (const circuit of circuitsOfFilter(resource, facts)) pathsLost(circuit, 'microsoft')
    if (term.kind === 'weight')
      change.push({ text: `weight:${id}:${term.weight}`, kind: 'weight', id, weight: term.weight })
    if (term.kind === 'prepend')
      change.push({ text: `prepend:${id}:${term.count}`, kind: 'prepend', id, count: term.count })
    if (term.kind === 'withdraw')
      change.push({ text: `withdraw:${id}:${term.prefix}`, kind: 'withdraw', id, prefix: term.prefix })
    if (term.kind === 'bandwidth')
      change.push({ text: `bandwidth:${id}:${term.mbps}`, kind: 'bandwidth', id, mbps: term.mbps })
  }
  return { lose, change }
}

const circuitsOfFilter = (
  { id, resourceId }: ResolvedPlannedChange['resource'],
  { circuits }: Pick<PostureFacts, 'circuits'>,
): string[] =>
  circuits.flatMap((circuit) => {
    const own = circuit.peerings.some(({ routeFilterId }) => routeFilterId?.toLowerCase() === resourceId.toLowerCase())
    return own || circuit.id === id ? [circuit.id] : []
  })

/**
 * Returns the new prefixes of a network that overlap a route in the route tables of the network or of its gateways.
 * Default routes are ignored. A custom table of a hub is named only for prefixes that the hub's default table lacks.
 */
function overlapsIn(
  plan: readonly ResolvedPlannedChange[],
  { facts, ribs }: WhatIfData,
): PlanCheckResponse['overlaps'] {
  const nameOf = createResourceNameFinder(facts)
  return plan.flatMap(({ n, term, resource }) => {
    if (term.kind !== 'spoke') return []
    const gateways = findAnnouncingGateways(facts, resource.id)
    const near = ribs.filter(
      ({ table }) =>
        table.side === 'azure' &&
        (table.scope === resource.id || gateways.some(({ id }) => table.routes.some(({ gateway }) => gateway === id))),
    )
    const prefixesIn = (tables: readonly WhatIfData['ribs'][number][]) =>
      tables.flatMap(({ table: { scope, hub, routes } }) => routes.map(({ prefix }) => ({ prefix, scope, hub })))
    const inDefault = new Set(
      prefixesIn(listTablesOfDistinctRoutes(near)).map(({ scope, prefix }) => `${scope} ${prefix}`),
    )
    const known = prefixesIn(near).filter(({ hub, prefix }) => !inDefault.has(`${hub} ${prefix}`))
    const distinct = [...new Map(known.map((one) => [`${one.scope} ${one.prefix}`, one])).values()]
    return term.prefixes.flatMap((text) => {
      const added = parsePrefix(text)
      return distinct.flatMap(({ prefix, scope }) => {
        const other = parsePrefix(prefix)
        if (!added || !other || other.length === 0 || !overlapsPrefix(added, other)) return []
        return [{ term: n, prefix: text, overlaps: prefix, scope, scopeName: nameOf(scope) }]
      })
    })
  })
}

function downtimeIn(
  { n, term, resource }: ResolvedPlannedChange,
  sessions: readonly StoredSession[],
  world: WhatIfData,
  partsOfHubs: readonly ResourceView[],
): PlanDowntime {
  const { facts } = world
  const branches = findBranchAddresses(resource, partsOfHubs)
  const isOn = ({ scope, neighbor, mapping, peering }: StoredSession) => {
    const circuit = mapping?.circuitId ?? scope
    if (resource.hubConnection)
      return scope === resource.hubConnection.gatewayId && (branches === null || branches.includes(neighbor))
    if (term.kind === 'peering_off')
      return circuit === resource.id && (peering === null ? term.peering === 'private' : peering === term.peering)
    if (isGatewayType(resource.type)) return scope === resource.id
    if (resource.type !== armTypes.connection) return circuit === resource.id
    return [...facts.links].some(
      ([gateway, links]) =>
        scope === gateway &&
        links.some(
          (link) => link.connection === resource.id && (link.circuit ?? null) === (mapping?.circuitId ?? null),
        ),
    )
  }
  const own = sessions.filter((session) => session.role !== 'gateway-peer' && isOn(session))
  const count = (...verdicts: BgpSession['verdict'][]) => own.filter(({ verdict }) => verdicts.includes(verdict)).length
  return {
    term: n,
    sessions: branches === null ? 0 : count('up'),
    unknownSessions: branches === null ? own.length : count('unknown', 'not_reported'),
    ...findPlanDowntime(term, {
      isVpn: isVpnGateway(resource.type, findGatewayConfig(resource.id, world)?.kind),
      isFirstMap: term.kind === 'route_map' && isFirstRouteMap(resource, partsOfHubs, world),
    }),
  }
}

/**
 * Returns the BGP addresses of the branch behind a VPN connection of a hub. Null if the VPN site or one of its addresses
 * is unknown; empty for other resources, and for ExpressRoute connections, because Azure reports no sessions of a hub's
 * ExpressRoute gateway.
 */
function findBranchAddresses(
  { hubConnection, resourceId }: ResolvedPlannedChange['resource'],
  partsOfHubs: readonly ResourceView[],
): string[] | null {
  if (!hubConnection || normalizeArmId(resourceId).includes('/expressrouteconnections/')) return []
  const site = partsOfHubs.find(({ resourceId }) => normalizeArmId(resourceId) === hubConnection.siteKey)
  const devices = site && decodeResourceConfig(armTypes.vpnSite, site.config).devices
  const addresses = devices?.flatMap(({ bgpAddress }) => bgpAddress ?? [])
  return addresses && addresses.length === devices?.length ? addresses : null
}

/**
 * Reports whether a resource is a Route Server that has no route map yet.
 * @param maps all route maps that the inventory lists
 */
function isFirstRouteMap(
  { id, resourceId }: ResolvedPlannedChange['resource'],
  maps: readonly ResourceView[],
  world: WhatIfData,
): boolean {
  const server = findGatewayConfig(id, world)
  if (server?.kind !== 'routeServer' || (server.routeMaps ?? []).length > 0) return false
  const key = normalizeArmId(resourceId)
  return !maps.some((map) => normalizeArmId(getTopLevelResourceId(map.resourceId)) === key)
}

const findGatewayConfig = (id: string, { facts }: WhatIfData) =>
  facts.topology.gateways.find(({ resource }) => resource.id === id)?.config
