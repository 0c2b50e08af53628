import { EMPTY_CUSTOMER_ASSIGNMENT_RULES, circuitPaths, type EpochMs } from '#lib/contract/index.ts'
import { DEFAULT_SETTINGS, type DetectionDataReaders, type DetectionDeclarations } from '#lib/poller/index.ts'
import { type SimulatorScenario, type SimulatedWorld, edgeCounter, edgeKey } from '../simulator/index.ts'
import type { CorpusScenario } from './scenario.ts'
import { findLinkSubnetHosts } from '#lib/bgp/index.ts'
import { subtractTimeIntervals } from '#lib/contract/time/time-spans.ts'
import { MS_PER_SECOND, MS_PER_HOUR, MS_PER_WEEK } from '#lib/contract/time/time.ts'
import type { RouterSideSession, RouterStateInterval } from '#lib/detection/index.ts'
import type { PastTraffic } from '#lib/history/index.ts'

/**
 * Returns the inputs of detection other than polls, as the scenario defines them. History consists of four weeks of
 * traffic only, without maxima of prefixes.
 */
export function createDetectionInputs(scenario: CorpusScenario, world: SimulatedWorld): DetectionDataReaders {
  const declared = declaredIn(scenario, world.scenario)
  const past = pastOf(world)
  return {
    declared: async () => declared,
    settings: async () => DEFAULT_SETTINGS,
    trafficPast: async ({ scope, peering, at }) => past(scope, peering, at),
    prefixMaxima: async () => [],
    routerEnds: async ({ at }) => routerEndsOf(scenario, world.scenario, at),
    shortIdOf: nameResource,
  }
}

/**
 * Returns the name of a resource in the corpus. It is the last part of the resource ID, because names are unique in an
 * estate of the corpus. A route table of a hub has the name of its hub in front, as in polls.
 */
function nameResource(resourceId: string): string {
  const parts = resourceId.split('/').slice(4)
  const name = parts.at(-1) ?? 'subscription'
  return parts.at(-2)?.toLowerCase() === 'hubroutetables' ? `${parts.at(-3)}/${name}` : name
}

/** Returns the scenario's own declarations, and the topology's sites unless the scenario declares no sites. */
function declaredIn({ declared, id }: CorpusScenario, estate: SimulatorScenario): DetectionDeclarations {
  const { maintenance, tests, routers, policies, watched, customers, connectivity } = declared
  return {
    sites: declared.sites
      ? sitesOf(estate).map((site) => ({ ...site, routers: routers.filter((router) => router.site === site.name) }))
      : [],
    mappings: [],
    policies,
    maintenance: maintenance.map(({ title, scopes, at, until }, n) => ({
      id: `${id}-${n}`,
      title,
      scopes,
      paths: [],
      from: new Date(at).toISOString(),
      to: new Date(until).toISOString(),
      note: '',
    })),
    tests: tests.map(({ gateway, circuits, at, until }, n) => ({
      id: `${id}-test-${n}`,
      scope: gateway,
      location: circuits.join(),
      status: 'Running',
      verdict: 'running',
      from: at,
      to: until,
      circuits,
      path: null,
      connections: circuits.map((circuit) => ({
        scope: `cxn-${circuit}`,
        name: `cxn-${circuit}`,
        status: 'Disconnected',
        at,
      })),
    })),
    watched: watched.map((prefix) => ({ prefix, note: '' })),
    circuits: connectivity.map(({ circuit, model }) => ({
      circuit,
      connectivity: model,
      secondStag: null,
      natPools: [],
      classes: [],
      credits: [],
    })),
    customerRules: {
      ...EMPTY_CUSTOMER_ASSIGNMENT_RULES,
      customers: customers.map((customer) => ({ ...customer, connect: null, subscriptions: [], tenants: [] })),
    },
  }
}

/** Returns the sites. The home circuit of a site is the first circuit that it announces itself on. */
function sitesOf({ sites }: SimulatorScenario): { name: string; prefixes: string[]; home: string | null }[] {
  return sites.map(({ name, prefixes, announces }) => {
    const [first] = announces
    return {
      name,
      prefixes: prefixes.filter((prefix) => typeof prefix === 'string'),
      home: first?.circuit ?? null,
    }
  })
}

/** Returns the times in which the router reported, and the begin of its silence if it is still silent. */
function observedOf(
  own: readonly { state: string; at: EpochMs; until: EpochMs }[],
  all: { from: EpochMs; to: EpochMs },
): Pick<RouterSideSession, 'observed' | 'silentSince'> {
  const silent = own.filter(({ state, at }) => (state === 'silent' || state === 'gone') && at <= all.to)
  const last = silent.at(-1)
  return {
    observed: subtractTimeIntervals(
      all,
      silent.map(({ at, until }) => ({ from: at, to: until })),
    ),
    silentSince: last && last.until > all.to ? { earliest: last.at, latest: last.at } : null,
  }
}

/** Hold time of a router's session with the collector, in milliseconds. */
export const COLLECTOR_HOLD_MS = 9 * MS_PER_SECOND

/**
 * Returns the state of the router's session with the collector. A router that hangs loses the session when the hold
 * timer expires; a router that is gone loses it immediately.
 */
function collectorOf(
  own: readonly { state: string; at: EpochMs; until: EpochMs }[],
  { from: start, to: now }: { from: EpochMs; to: EpochMs },
): RouterStateInterval | null {
  const outages = own.filter(({ state }) => state === 'hung' || state === 'gone')
  if (outages.length === 0) return null
  const at = (earliest: EpochMs, latest = earliest) => ({ from: { earliest, latest }, to: null })
  const changes = outages.flatMap(({ state, at: begin, until }): RouterStateInterval[] => [
    state === 'hung'
      ? { state: 'down', reason: UNANSWERED, ...at(begin, begin + COLLECTOR_HOLD_MS) }
      : { state: 'down', reason: { by: 'localWithoutNotification', fsmEvent: 18 }, ...at(begin) },
    { state: 'up', reason: null, ...at(until) },
  ])
  return changes.findLast(({ from }) => from.latest <= now) ?? { state: 'up', reason: null, ...at(start) }
}

const UNANSWERED: RouterStateInterval['reason'] = {
  by: 'remote',
  notification: { code: 4, subcode: 0, communication: null, hardResetOf: null },
}

const pathOf = (...asPath: number[]) => ({ asPath, med: null })
const [USUAL, LONGER] = [pathOf(65_001), pathOf(65_001, 65_001)]

/**
 * Returns how a router's announcements differ from those an hour ago (setting `memory.recent`); null if the scenario
 * does not change them.
 */
function announcedOf(
  own: readonly { state: string; at: EpochMs; until: EpochMs; prefixes: readonly string[] }[],
  all: { from: EpochMs; to: EpochMs },
): RouterSideSession['announced'] {
  const acts = own.filter(({ prefixes }) => prefixes.length > 0)
  if (acts.length === 0) return null
  const from = Math.max(all.from, all.to - DEFAULT_SETTINGS.settings['memory.recent'])
  const changes = acts.flatMap(({ state, at, until, prefixes }) => {
    const [usual, other] = state === 'announces' ? [null, USUAL] : [USUAL, state === 'prepends' ? LONGER : null]
    const routeAt = (moment: EpochMs) => (moment >= at && moment < until ? other : usual)
    const last = [at, until].findLast((moment) => moment > from && moment <= all.to)
    if (last === undefined) return []
    const change = {
      before: routeAt(from),
      after: routeAt(all.to),
      between: { earliest: last - MS_PER_SECOND, latest: last },
    }
    return prefixes.map((prefix) => ({ prefix, ...change }))
  })
  return { from, changes }
}

/** Returns the reports that the customers' routers of a scenario had sent about their ends up to a moment. */
function routerEndsOf(
  { collector, start }: CorpusScenario,
  estate: SimulatorScenario,
  at: EpochMs,
): RouterSideSession[] {
  const reports = collector.filter((one) => one.kind === 'router')
  return [...Map.groupBy(reports, ({ resource }) => resource)].map(([resource, own]) => {
    const [name = '', part] = resource.split('/')
    const path = circuitPaths.find((one) => one === part)
    const peering = estate.circuits.find((circuit) => circuit.name === name)?.peerings[0]
    const customer = peering && path && findLinkSubnetHosts(peering[path])?.customer
    if (!path || !customer) throw new Error(`there is no path ${resource} with a router`)
    const changes = own
      .filter(({ state }) => state === 'down')
      .flatMap((outage) => [
        { state: 'down' as const, at: outage.at },
        { state: 'up' as const, at: outage.until },
      ])
    const all = [{ state: 'up' as const, at: start }, ...changes].filter((change) => change.at <= at)
    // a router reports whole seconds, and its reports arrive without delay
    const boundsAt = (moment: EpochMs) => ({ earliest: moment - MS_PER_SECOND, latest: moment })
    const spans = all.map(({ state, at: from }, index): RouterStateInterval => {
      const next = all[index + 1]
      return { state, reason: null, from: boundsAt(from), to: next ? boundsAt(next.at) : null }
    })
    return {
      on: { circuit: name, peering: 'private', path },
      customer,
      router: `ce-${path}`,
      holdTimeSeconds: 180,
      spans,
      ...observedOf(own, { from: start, to: at }),
      collector: collectorOf(own, { from: start, to: at }),
      announced: announcedOf(own, { from: start, to: at }),
    }
  })
}

const POINT = 5 * 60_000

/**
 * Returns the usual traffic of a resource at a time. It is calculated from the simulator's own counters in place of
 * four weeks of history. `peering` '' = all peerings together
 */
type PastOf = (scope: string, peering: string, at: EpochMs) => PastTraffic

function pastOf(world: SimulatedWorld): PastOf {
  return (scope, peering, at) => {
    const domain = world.topology.domains.find(({ circuits }) => circuits.some(({ name }) => name === scope))
    if (!domain) return { paths: {}, busiest: { in: null, out: null } }
    const counters = world.counters(domain)
    const types = world.scenario.circuits
      .filter(({ name }) => name === scope)
      .flatMap(({ peerings }) => peerings.map(({ type }) => type))
      .filter((type) => peering === '' || type === peering)
    const rate = (path: (typeof circuitPaths)[number], direction: 'in' | 'out', from: EpochMs) =>
      types.reduce((sum, type) => {
        const counter = edgeCounter(edgeKey(scope, type, path), direction)
        return sum + counters.bitsPerSecond(counter, from, from + POINT)
      }, 0)
    const hour = at - (at % MS_PER_HOUR)
    const starts = [1, 2, 3, 4].flatMap((week) =>
      Array.from({ length: (3 * MS_PER_HOUR) / POINT }, (_, n) => hour - week * MS_PER_WEEK - MS_PER_HOUR + n * POINT),
    )
    const low = (path: (typeof circuitPaths)[number], direction: 'in' | 'out') => {
      const rates = starts.map((from) => rate(path, direction, from)).toSorted((a, b) => a - b)
      const bps = Math.round(rates[Math.floor(rates.length * 0.05)] ?? 0)
      return { bps, confidence: 'normal' as const }
    }
    const month = Array.from({ length: 28 * 8 }, (_, n) => hour - 4 * MS_PER_WEEK + n * 3 * MS_PER_HOUR)
    const busiest = (direction: 'in' | 'out') => {
      const rates = month.map((from) => circuitPaths.reduce((sum, path) => sum + rate(path, direction, from), 0))
      return Math.round(rates.toSorted((a, b) => a - b)[Math.floor(rates.length * 0.95)] ?? 0)
    }
    return {
      paths: Object.fromEntries(circuitPaths.map((path) => [path, { in: low(path, 'in'), out: low(path, 'out') }])),
      busiest: { in: busiest('in'), out: busiest('out') },
    }
  }
}
