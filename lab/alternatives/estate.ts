/**
 * A gateway with two circuits and the events of a run. A simulator scenario generates them, so that the true state is
 * known.
 */
import type { EpochMs } from '#lib/contract/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  createWorld,
  type HappeningInput,
  createEstateWithManyGateways,
  parseSimulatorScenario,
  requireAccepted,
  type ScenarioInput,
  computeScenarioGroundTruth,
  type SimulatedWorld,
} from '../simulator/index.ts'
import { createRandom } from '../history/figures.ts'
import type { TrueSessionOutage } from './outages.ts'

export const COMPARISON_GATEWAY_NAME = 'gw-0'
/** Caller who changes the weight of a connection. */
export const WEIGHT_CHANGE_CALLER_EMAIL = 'network.admin@contoso.example'
/** Number of BGP sessions: each of the two gateway instances has two neighbors on each of the two circuits. */
const SESSIONS = 8
/** Number of changes of announcements per route and day. */
const CHANGES_A_DAY = 0.012
const INSTANCES = ['10.0.4.12', '10.0.4.13']
const NEIGHBORS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
const AGGREGATES = ['10.128.0.0/12', '10.0.0.0/8']

export interface SystemComparisonEstate {
  world: SimulatedWorld
  resourceId: string
  from: EpochMs
  to: EpochMs
  /** number of prefixes below the aggregates */
  prefixes: number
  /** time and number of each prefix whose announcement changes */
  changes: readonly { at: EpochMs; prefix: number }[]
  /** true outages of BGP sessions, oldest first */
  outages: readonly TrueSessionOutage[]
}

/** Outages of a run: seconds after the full hour, and duration in seconds. */
const OUTAGES: readonly { after: number; lasts: number }[] = [
  // starts and ends between two polls
  { after: 608, lasts: 40 },
  { after: 1_230, lasts: 150 },
  { after: 905, lasts: 660 },
  // from just after a full hour to just before the next
  { after: 300, lasts: 2_820 },
  { after: 2_410, lasts: 5_700 },
  // when this outage starts, Azure refuses the polls of the sessions
  { after: 1_260, lasts: 1_800 },
]
/**
 * Period in which Azure refuses polls, and which covers the start of the last outage. `before` is the time from its
 * begin to the start of that outage in seconds, and `lasts` is its duration in seconds.
 */
const REFUSED = { before: 360, lasts: 900 }

/**
 * Builds the simulated estate of a run.
 * @param routes rows of the learned table (each prefix on each session)
 * @param from a full hour
 */
export function buildAlternativesEstate(routes: number, from: EpochMs, to: EpochMs): SystemComparisonEstate {
  const prefixes = Math.max(1, Math.round(routes / SESSIONS) - AGGREGATES.length)
  const changes = changesOf(routes, prefixes, to - from)
  const scenario = scenarioOf(prefixes, [
    ...changes.flatMap(({ happenings }) => happenings),
    ...outagesOf(to - from),
    {
      op: 'configuration',
      kind: 'connection',
      name: 'cxn-1',
      set: { weight: 100 },
      caller: WEIGHT_CHANGE_CALLER_EMAIL,
      at: after((to - from) / 2 + 7 * MS_PER_MINUTE),
    },
  ])
  const world = createWorld(requireAccepted(parseSimulatorScenario(scenario)), from)
  const [subscription] = scenario.subscriptions
  const group = subscription?.groups[0]?.name ?? ''
  return {
    world,
    resourceId: `/subscriptions/${subscription?.id}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworkGateways/${COMPARISON_GATEWAY_NAME}`,
    from,
    to,
    prefixes,
    changes: changes.map(({ at, prefix }) => ({ at: from + at, prefix })),
    outages: computeScenarioGroundTruth(world, from, to)
      .sessions.filter(({ gateway }) => gateway === COMPARISON_GATEWAY_NAME)
      .flatMap(({ localAddress = '', neighbor = '', down }) =>
        down.flatMap(({ from: since, until }) => {
          const outage = { localAddress, neighbor, from: Date.parse(since), until: Date.parse(until ?? '') }
          return outage.until < to && outage.from > from ? [outage] : []
        }),
      )
      .toSorted((a, b) => a.from - b.from),
  }
}

/** Returns an address in a /24 prefix, by the number of the prefix and the host part. */
const hostIn = (prefix: number, host: number) => `10.${128 + (prefix >> 8)}.${prefix & 255}.${host}`

/** Returns an address in a prefix, by the number of the prefix. */
export const buildAddressInNthPrefix = (prefix: number) => hostIn(prefix, 7)

const after = (ms: number) => `+${Math.round(ms / 1_000)}s`

/** Builds the scenario `many` with one gateway, and adds a second circuit to the gateway. */
function scenarioOf(prefixes: number, happenings: HappeningInput[]): ScenarioInput {
  const one = createEstateWithManyGateways(1, prefixes)
  const twice = <T extends object>([first]: readonly T[] = [], second: Partial<T>): T[] =>
    first ? [first, { ...first, ...second }] : []
  return {
    ...one,
    circuits: twice(one.circuits, {
      name: 'erc-1',
      peeringLocation: 'London',
      peerings: [{ vlan: 101, peerAsn: 65_002, primary: '192.0.2.8/30', secondary: '192.0.2.12/30' }],
    }),
    connections: twice(one.connections, {
      name: 'cxn-1',
      circuit: 'erc-1',
      neighbors: { primary: NEIGHBORS[2] ?? '', secondary: NEIGHBORS[3] ?? '' },
    }),
    sites: (one.sites ?? []).map((site) => ({
      ...site,
      prefixes: [{ first: '10.128.0.0/24', count: prefixes }, ...AGGREGATES],
      announces: [{ circuit: 'erc-0' }, { circuit: 'erc-1' }],
    })),
    happenings,
  }
}

/**
 * Returns changes of one prefix each, lasting ten minutes to six hours: withdrawn from one path, withdrawn from all
 * paths, or prepended on one circuit.
 */
function changesOf(routes: number, prefixes: number, length: number) {
  const below = createRandom(23)
  const count = Math.max(1, Math.round((routes * CHANGES_A_DAY * length) / MS_PER_DAY))
  return Array.from({ length: count }, (_, n) => {
    const prefix = below(prefixes)
    const at = Math.floor(((n + 0.5) * length) / count)
    const first = `${hostIn(prefix, 0)}/24`
    const what = { at: after(at), for: `${600 + below(21_000)}s`, site: 'dc-0', prefixes: [first] }
    const circuit = `erc-${below(2)}`
    const path = below(2) === 0 ? 'primary' : 'secondary'
    const kinds: HappeningInput[] = [
      { ...what, op: 'withdraw', circuit, path },
      { ...what, op: 'withdraw' },
      { ...what, op: 'prepend', circuit, count: 1 + below(3) },
    ]
    return { at, prefix, happenings: kinds.slice(n % 3, (n % 3) + 1) }
  })
}

/** Returns the outages, spread evenly over the run. Each affects a different session. */
function outagesOf(length: number): HappeningInput[] {
  const begins = OUTAGES.map(({ after }, n) => {
    const hour = Math.floor(((n + 0.4) * length) / OUTAGES.length / MS_PER_HOUR) * MS_PER_HOUR
    return hour + after * 1_000
  })
  const refused = begins.at(-1) ?? 0
  return [
    ...OUTAGES.map(
      ({ lasts }, n): HappeningInput => ({
        op: 'session-loss',
        gateway: COMPARISON_GATEWAY_NAME,
        instance: INSTANCES[n % 2] ?? '',
        neighbor: NEIGHBORS[n % NEIGHBORS.length] ?? '',
        at: after(begins[n] ?? 0),
        for: `${lasts}s`,
      }),
    ),
    {
      op: 'api-fault',
      fault: '503',
      operation: 'gateway.peers',
      at: after(refused - REFUSED.before * 1_000),
      for: `${REFUSED.lasts}s`,
    },
  ]
}
