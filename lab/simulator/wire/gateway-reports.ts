/**
 * Azure's own reports on an ExpressRoute gateway: routes by circuit, resiliency, failover tests. The service computes
 * them once an hour.
 */
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { formatIsoTimestamp, parseDuration, parseScenarioTime } from '../duration.ts'
import { listRoutesLearnedBySession } from '../rib.ts'
import type { GatewaySpec } from '../schema.ts'
import type { RoutingDomain } from '../topology.ts'
import type { SimulatedWorld } from '../world.ts'
import { type ArmOperationContext, getGatewayOfRequestPath, resourceId } from './context.ts'
import { ArmError } from './message.ts'

const computed = (at: number) => {
  const last = Math.floor(at / MS_PER_HOUR) * MS_PER_HOUR
  return { lastComputedTime: formatIsoTimestamp(last), nextEligibleComputeTime: formatIsoTimestamp(last + MS_PER_HOUR) }
}

/**
 * Returns the gateway if it is an ExpressRoute gateway. Source: "Resiliency Insights", FAQ: no VPN. Azure's response
 * for a VPN gateway is not documented.
 */
function expressRoute(c: ArmOperationContext): { spec: GatewaySpec; domain: RoutingDomain } {
  const found = getGatewayOfRequestPath(c)
  if (found.spec.kind === 'ExpressRoute') return found
  throw new ArmError(400, 'BadRequest', `The operation is not supported for gateway '${found.spec.name}' of type Vpn.`)
}

/** Returns, for each prefix, the names of the circuits over whose private peering the gateway learns it. */
function carriersAt(
  { world }: ArmOperationContext,
  { spec, domain }: { spec: GatewaySpec; domain: RoutingDomain },
  at: number,
) {
  const state = world.state(domain, at)
  const carriers = new Map<string, Set<string>>()
  for (const peer of domain.peers.filter((p) => p.gateway.name === spec.name && p.role === 'msee'))
    for (const { prefix } of listRoutesLearnedBySession(state, peer).routes)
      carriers.set(prefix.text, (carriers.get(prefix.text) ?? new Set()).add(peer.connection?.circuit ?? ''))
  return carriers
}

/**
 * Returns Azure's rank of each path that has a route, by `prefix circuit path`. Rank 1 is the path with the highest
 * weight of its connection and, at equal weights, with the shortest AS path.
 */
function ranksAt(
  { world }: ArmOperationContext,
  { spec, domain }: { spec: GatewaySpec; domain: RoutingDomain },
  at: number,
) {
  const state = world.state(domain, at)
  const learned = domain.peers
    .filter((peer) => peer.gateway.name === spec.name && peer.role === 'msee')
    .flatMap((peer) => {
      const { routes, front } = listRoutesLearnedBySession(state, peer)
      const { circuit = null, weight = 0 } = peer.connection ?? {}
      const on = domain.edges.find(({ key }) => key === peer.source)?.path ?? 'primary'
      return routes.map(({ prefix, path }) => ({
        prefix: prefix.text,
        key: `${prefix.text} ${circuit ?? ''} ${on}`,
        cost: front.length + path.length - 1_000 * weight,
      }))
    })
  const ranks = new Map<string, string>()
  for (const own of Map.groupBy(learned, ({ prefix }) => prefix).values()) {
    const costs = [...new Set(own.map(({ cost }) => cost))].toSorted((a, b) => a - b)
    for (const { key, cost } of own) ranks.set(key, String(costs.indexOf(cost) + 1))
  }
  return ranks
}

const locationIn = ({ circuits }: RoutingDomain, name: string) =>
  circuits.find((k) => k.name === name)?.peeringLocation ?? ''
const circuitId = (world: SimulatedWorld, { circuits }: RoutingDomain, name: string) =>
  resourceId(world, circuits.find((k) => k.name === name)?.group ?? '', 'expressRouteCircuits', name)

/** Answers VirtualNetworkGateways_GetRoutesInformation: sets of prefixes that have the same circuits. */
export function routesInformation(c: ArmOperationContext) {
  const own = expressRoute(c)
  const { domain } = own
  const hour = Math.floor(c.at / MS_PER_HOUR) * MS_PER_HOUR
  const carriers = carriersAt(c, own, hour)
  const ranks = ranksAt(c, own, hour)
  const names = [...new Set([...carriers.values()].flatMap((all) => [...all]))].sort()
  const sets = Map.groupBy(carriers.keys(), (prefix) => [...(carriers.get(prefix) ?? [])].sort().join(','))
  return {
    ...computed(c.at),
    routeSetVersion: c.world.topology.guid(`route-sets/${[...carriers.keys()].join()}`),
    routeSets: [...sets].map(([of, prefixes], n) => ({
      name: `Set-${n + 1}`,
      locations: of.split(',').map((name) => locationIn(domain, name)),
      details: Object.fromEntries(
        prefixes.map((prefix) => [
          prefix,
          of.split(',').map((name) => ({
            circuit: `x${names.indexOf(name)}`,
            pri: ranks.get(`${prefix} ${name} primary`) ?? '',
            sec: ranks.get(`${prefix} ${name} secondary`) ?? '',
          })),
        ]),
      ),
    })),
    circuitsMetadataMap: Object.fromEntries(
      names.map((name, n) => [
        `x${n}`,
        { name, link: circuitId(c.world, domain, name), location: locationIn(domain, name) },
      ]),
    ),
  }
}

/**
 * Returns the factor for the points that the score gives for routes over several peering locations: four if the last
 * test was at most 30 days ago, three up to 60 days, two up to 90 days, otherwise one. Source: "Resiliency Insights",
 * score.
 */
const multiplier = (days: number) => (days <= 30 ? 4 : days <= 60 ? 3 : days <= 90 ? 2 : 1)

/** Answers VirtualNetworkGateways_GetResiliencyInformation. Scores are strings in the response. */
export function resiliencyInformation(c: ArmOperationContext) {
  const own = expressRoute(c)
  const { spec, domain } = own
  const hour = Math.floor(c.at / MS_PER_HOUR) * MS_PER_HOUR
  const sites = [...carriersAt(c, own, hour).values()].map(
    (names) => new Set([...names].map((name) => locationIn(domain, name))).size,
  )
  const ended = listStartedSiteFailoverTests(c.world, spec, hour).flatMap(({ until, status }) =>
    status === 'Completed' ? (hour - until) / MS_PER_DAY : [],
  )
  const base = sites.length === 0 ? 0 : sites.every((count) => count > 1) ? 20 : 5
  const routes = base * (ended.length === 0 ? 1 : multiplier(Math.min(...ended)))
  const zones = spec.sku.endsWith('AZ') ? (spec.zones.length > 1 ? 10 : 8) : spec.sku === 'UltraPerformance' ? 2 : 0
  const part = (name: string, points: number, max: number, advice: string) => ({
    name,
    currentScore: String(points),
    maxScore: String(max),
    recommendations:
      points === max
        ? []
        : [
            {
              recommendationTitle: advice,
              recommendationId: String(name.length),
              severity: 'High',
              recommendationText: advice,
              callToActionText: 'Learn more',
              callToActionLink: 'https://learn.microsoft.com/azure/expressroute/resiliency-insights',
            },
          ],
  })
  return {
    overallScore: String(routes + zones + 10),
    scoreChange: '0',
    minScoreFromRecommendations: '2',
    maxScoreFromRecommendations: String(90 - routes - zones),
    ...computed(c.at),
    components: [
      part('Route Resiliency', routes, 80, 'Connect the gateway to circuits in two peering locations, and test them.'),
      part('Zone Redundant Gateway', zones, 10, 'Use a zone-redundant gateway.'),
      part('Advisory Recommendations', 10, 10, ''),
    ],
  }
}

type TestStatus = 'Running' | 'Expired' | 'Completed'

/** Returns the tests of a gateway's sites that had begun by a moment. A running test has no end yet. */
export const listStartedSiteFailoverTests = (world: SimulatedWorld, { name, siteTests }: GatewaySpec, at: number) =>
  siteTests
    .map(({ location, at: start, for: lasts, ends }, n) => {
      const from = parseScenarioTime(start, world.origin) ?? 0
      const until = from + (parseDuration(lasts) ?? 0)
      const id = world.topology.guid(`test/${name}/${n}`)
      const status: TestStatus = until > at ? 'Running' : ends === 'expired' ? 'Expired' : 'Completed'
      return { id, location, from, until, status }
    })
    .filter(({ from }) => from <= at)

/** Answers with a bare array: a row for each peering location, with its newest test. */
export function answerListFailoverTests(c: ArmOperationContext) {
  const { spec, domain } = expressRoute(c)
  const joined = domain.connections.filter(({ gateway }) => gateway === spec.name)
  return [...Map.groupBy(joined, ({ circuit }) => locationIn(domain, circuit ?? ''))].map(([location, own]) => {
    const last = listStartedSiteFailoverTests(c.world, spec, c.at).findLast((test) => test.location === location)
    return {
      peeringLocation: location,
      circuits: own.map(({ name, circuit }) => ({
        nrpResourceUri: circuitId(c.world, domain, circuit ?? ''),
        name: circuit,
        connectionName: name,
      })),
      status: last?.status ?? 'NotStarted',
      startTime: last ? formatIsoTimestamp(last.from) : '',
      endTime: last && last.status !== 'Running' ? formatIsoTimestamp(last.until) : '',
      connections:
        last?.status === 'Running'
          ? own.map(({ name }) => ({
              nrpResourceUri: resourceId(c.world, spec.group, 'connections', name),
              name,
              status: 'Disconnected',
              lastUpdatedTime: formatIsoTimestamp(last.from),
            }))
          : [],
      testGuid: last?.id ?? '00000000-0000-0000-0000-000000000000',
      testType: 'SingleSiteFailover',
      issues: [],
    }
  })
}

/**
 * Answers with the result of a test: the prefixes that only its location announces, and the prefixes that others
 * announce as well.
 */
export function answerGetFailoverTest(c: ArmOperationContext) {
  const own = expressRoute(c)
  const test = listStartedSiteFailoverTests(c.world, own.spec, c.at).find(
    ({ id }) => id === c.query.get('failoverTestId'),
  )
  if (!test) throw new ArmError(404, 'NotFound', 'The failover test was not found.')
  const carried = [...carriersAt(c, own, test.from)]
    .map(([prefix, names]) => ({
      prefix,
      locations: [...new Set([...names].map((name) => locationIn(own.domain, name)))].sort(),
    }))
    .filter(({ locations }) => locations.includes(test.location))
  const redundant = Map.groupBy(
    carried.filter(({ locations }) => locations.length > 1),
    ({ locations }) => locations.join(),
  )
  return [
    {
      peeringLocation: test.location,
      status: test.status,
      startTimeUtc: formatIsoTimestamp(test.from),
      endTimeUtc: test.status === 'Running' ? '' : formatIsoTimestamp(test.until),
      redundantRoutes: [...redundant.values()].map((same) => ({
        peeringLocations: same[0]?.locations,
        routes: same.map(({ prefix }) => prefix),
      })),
      nonRedundantRoutes: carried.filter(({ locations }) => locations.length === 1).map(({ prefix }) => prefix),
      ...(test.status === 'Completed' && { wasSimulationSuccessful: true }),
      failoverConnectionDetails: [],
    },
  ]
}
