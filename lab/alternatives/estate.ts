/** A gateway with two circuits, and what happens to it: made of the simulator's scenario, so that the truth is known. */
import type { EpochMs } from '#lib/contract/index.ts'
import { DAY, HOUR, MINUTE } from '#lib/contract/time/time.ts'
import {
  createWorld,
  type HappeningInput,
  many,
  parseScenario,
  requireAccepted,
  type ScenarioInput,
  truthOf,
  type World,
} from '../simulator/index.ts'
import { randomOf } from '../history/figures.ts'
import type { Outage } from './outages.ts'

export const GATEWAY = 'gw-0'
/** Who changes a connection's weight. */
export const CALLER = 'network.admin@contoso.example'
/** Two instances with two neighbors on each of two circuits. */
const SESSIONS = 8
/** Times that somebody announces a prefix otherwise, of each route in a day. */
const CHANGES_A_DAY = 0.012
const INSTANCES = ['10.0.4.12', '10.0.4.13']
const NEIGHBORS = ['10.0.4.4', '10.0.4.5', '10.0.4.6', '10.0.4.7']
const AGGREGATES = ['10.128.0.0/12', '10.0.0.0/8']

export interface AlternativesEstate {
  world: World
  resourceId: string
  from: EpochMs
  to: EpochMs
  /** of the prefixes below the aggregates */
  prefixes: number
  /** when a prefix is announced otherwise, and its number */
  changes: readonly { at: EpochMs; prefix: number }[]
  /** of BGP sessions, as they truly were, oldest first */
  outages: readonly Outage[]
}

/** What the outages of a run are: when within their hour, and for how long, in seconds. */
const OUTAGES: readonly { after: number; lasts: number }[] = [
  // between two polls
  { after: 608, lasts: 40 },
  { after: 1_230, lasts: 150 },
  { after: 905, lasts: 660 },
  // from just after a full hour to just before the next
  { after: 300, lasts: 2_820 },
  { after: 2_410, lasts: 5_700 },
  // Azure refuses to report sessions when it begins
  { after: 1_260, lasts: 1_800 },
]
/** The refusal, around the begin of the last outage. */
const REFUSED = { before: 360, lasts: 900 }

/**
 * @param routes rows of the learned table: each prefix on each session
 * @param from a full hour
 */
export function estateOf(routes: number, from: EpochMs, to: EpochMs): AlternativesEstate {
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
      caller: CALLER,
      at: after((to - from) / 2 + 7 * MINUTE),
    },
  ])
  const world = createWorld(requireAccepted(parseScenario(scenario)), from)
  const [subscription] = scenario.subscriptions
  const group = subscription?.groups[0]?.name ?? ''
  return {
    world,
    resourceId: `/subscriptions/${subscription?.id}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworkGateways/${GATEWAY}`,
    from,
    to,
    prefixes,
    changes: changes.map(({ at, prefix }) => ({ at: from + at, prefix })),
    outages: truthOf(world, from, to)
      .sessions.filter(({ gateway }) => gateway === GATEWAY)
      .flatMap(({ localAddress = '', neighbor = '', down }) =>
        down.flatMap(({ from: since, until }) => {
          const outage = { localAddress, neighbor, from: Date.parse(since), until: Date.parse(until ?? '') }
          return outage.until < to && outage.from > from ? [outage] : []
        }),
      )
      .toSorted((a, b) => a.from - b.from),
  }
}

/** A host of a prefix, by the prefix's number. */
const hostIn = (prefix: number, host: number) => `10.${128 + (prefix >> 8)}.${prefix & 255}.${host}`

/** An address in a prefix, by its number. */
export const addressIn = (prefix: number) => hostIn(prefix, 7)

const after = (ms: number) => `+${Math.round(ms / 1_000)}s`

/** `many` of one gateway, with a second circuit to it. */
function scenarioOf(prefixes: number, happenings: HappeningInput[]): ScenarioInput {
  const one = many(1, prefixes)
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

/** One prefix each, for ten minutes to six hours: gone on one path, gone altogether, or with a longer path over one circuit. */
function changesOf(routes: number, prefixes: number, length: number) {
  const below = randomOf(23)
  const count = Math.max(1, Math.round((routes * CHANGES_A_DAY * length) / DAY))
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

/** Each outage of a session of its own, evenly over the run. */
function outagesOf(length: number): HappeningInput[] {
  const begins = OUTAGES.map(({ after }, n) => {
    const hour = Math.floor(((n + 0.4) * length) / OUTAGES.length / HOUR) * HOUR
    return hour + after * 1_000
  })
  const refused = begins.at(-1) ?? 0
  return [
    ...OUTAGES.map(
      ({ lasts }, n): HappeningInput => ({
        op: 'session-loss',
        gateway: GATEWAY,
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
