/** Azure's own reports on a gateway: routes by circuit, resiliency, failover tests. Computed once a day by the service. */
import { DAY } from '#lib/contract/time/time.ts'
import { iso } from '../duration.ts'
import { hash32 } from '../hash.ts'
import { learnedFrom } from '../rib.ts'
import { type Context, gatewayOf, resourceId } from './context.ts'

const computed = (at: number) => {
  const last = Math.floor(at / DAY) * DAY
  return { lastComputedTime: iso(last), nextEligibleComputeTime: iso(last + DAY) }
}

/** VirtualNetworkGateways_GetRoutesInformation: which circuits carry the same set of prefixes. */
export function routesInformation(c: Context) {
  const { spec, domain } = gatewayOf(c)
  const state = c.world.state(domain, c.at)
  const links = domain.peers.filter((p) => p.gateway.name === spec.name && p.role === 'msee')
  const carriers = new Map<string, Set<string>>()
  for (const p of links)
    for (const r of learnedFrom(state, p).routes) {
      const set = carriers.get(r.prefix.text) ?? new Set<string>()
      carriers.set(r.prefix.text, set.add(p.connection?.circuit ?? ''))
    }
  const circuits = domain.circuits.filter((k) => links.some((p) => p.connection?.circuit === k.name))
  const sets = Map.groupBy(carriers.keys(), (prefix) => [...(carriers.get(prefix) ?? [])].sort().join(','))
  const idOf = (name: string): string => {
    const k = circuits.find((x) => x.name === name)
    return k ? resourceId(c.world, k.group, 'expressRouteCircuits', k.name) : ''
  }
  return {
    ...computed(c.at),
    routeSetVersion: String(hash32([...carriers.keys()].join()) % 1000),
    routeSets: [...sets].map(([names, prefixes], n) => ({
      name: `RouteSet${n + 1}`,
      locations: names.split(',').map((name) => circuits.find((k) => k.name === name)?.peeringLocation ?? ''),
      details: Object.fromEntries(
        prefixes.map((prefix) => [prefix, names.split(',').map((name) => ({ circuit: idOf(name), pri: '', sec: '' }))]),
      ),
    })),
    circuitsMetadataMap: Object.fromEntries(
      circuits.map((k) => [idOf(k.name), { name: k.name, link: 'Both', location: k.peeringLocation }]),
    ),
  }
}

/** VirtualNetworkGateways_GetResiliencyInformation: scores are strings on the wire. */
export function resiliencyInformation(c: Context) {
  const { spec, domain } = gatewayOf(c)
  const names = new Set(domain.connections.filter((x) => x.gateway === spec.name).map((x) => x.circuit))
  const places = new Set(domain.circuits.filter((k) => names.has(k.name)).map((k) => k.peeringLocation)).size
  const zonal = spec.sku.endsWith('AZ')
  const score = (points: number): string => points.toFixed(1)
  const part = (name: string, points: number, max: number, advice: string) => ({
    name,
    currentScore: score(points),
    maxScore: score(max),
    recommendations:
      points === max
        ? []
        : [
            {
              recommendationTitle: advice,
              recommendationId: c.world.topology.guid(`advice/${name}`),
              severity: 'High',
              recommendationText: advice,
              callToActionText: 'Learn more',
              callToActionLink: 'https://learn.microsoft.com/azure/expressroute/',
            },
          ],
  })
  const sites = places > 1 ? 60 : 20
  const zones = zonal ? 40 : 10
  return {
    overallScore: score(sites + zones),
    scoreChange: score(0),
    minScoreFromRecommendations: score(sites + zones),
    maxScoreFromRecommendations: score(100),
    ...computed(c.at),
    components: [
      part('Route resiliency', sites, 60, 'Connect the gateway to circuits in two peering locations.'),
      part('Zone-redundant gateway', zones, 40, 'Use a zone-redundant gateway.'),
    ],
  }
}

/** A bare array on the wire; no test has been run. */
export function failoverTests(c: Context): [] {
  gatewayOf(c)
  return []
}
