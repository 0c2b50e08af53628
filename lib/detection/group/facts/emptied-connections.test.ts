import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type RouteMapRule } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'
import type { SessionFact } from '../../model/scope-state.ts'
import { quietEstate } from '../../testing/quiet-estate.ts'
import {
  createOngoingEvent,
  TEST_POLL_END_TIME,
  storeEventInTestContext,
  createLongEstablishedSession,
} from '../../testing/scene.ts'
import { isEmptiedConnectionUnread, recordEmptiedConnectionReasons } from './emptied-connections.ts'
import { findNeighborPathLosses, isNeighborPathLost } from './loss-explanation.ts'

const [FIRST, NEWEST] = [TEST_POLL_END_TIME - 6 * MS_PER_MINUTE, TEST_POLL_END_TIME - MS_PER_MINUTE]
const BETWEEN = { earliest: FIRST - MS_PER_MINUTE, latest: FIRST }
const [LON, BRANCH] = ['ergw-vhub', 'vpngw-vhub']

/** Returns T2 with a hub whose connections to ckt-lon and to a branch brought no route in the last two tables. */
function estate(): DetectionContext {
  const context = quietEstate(TEST_POLL_END_TIME)
  context.topology = {
    ...context.topology,
    hubs: [{ scope: 'vhub', gateways: { 'expressroutegateways/ergw': LON, 'vpngateways/vpngw': BRANCH } }],
    hubConnections: [{ gateway: LON, name: 'conn', circuit: 'ckt-lon' }],
    hubVpnGateways: [{ scope: BRANCH, links: ['conn'], neighbors: { '10.200.0.1': 'conn' } }],
  }
  const read = (at: number) => ({ at, readAt: at, everyMs: MS_PER_MINUTE })
  context.lastGoodPolls = { [`${LON} vhub/conn learned`]: read(NEWEST), [`${BRANCH} vhub/conn learned`]: read(NEWEST) }
  const prefixes = ['10.10.0.0/16', '10.20.0.0/16', '10.21.0.0/16']
  for (const scope of [LON, BRANCH])
    storeEventInTestContext(
      context,
      createOngoingEvent('hub_connection_emptied', scope, 'conn', { started: BETWEEN }),
      { prefixes },
    )
  return context
}

type Sessions = readonly [level: SessionFact['level'], prefixes: number | null]

/** Stores the state of the circuit's two sessions, and when their source was last read. */
function circuit(context: DetectionContext, states: readonly (Sessions | null)[], at: number | null): void {
  const peering = context.topology.circuits.find(({ scope }) => scope === 'ckt-lon')?.peerings[0]
  for (const [n, path] of (['primary', 'secondary'] as const).entries()) {
    const [state, subresource] = [states[n], `AzurePrivatePeering/${path}`]
    if (state) {
      const [level, prefixes] = state
      const own = createLongEstablishedSession('172.16.0.2', peering?.customers[path] ?? '', {
        subresource,
        level,
        prefixes,
      })
      ensureResourceState(context, 'ckt-lon').sessions[path] = own
    }
    if (at !== null)
      context.lastGoodPolls = {
        ...context.lastGoodPolls,
        [`ckt-lon ${subresource} summary`]: { at, readAt: at, everyMs: MS_PER_MINUTE },
      }
  }
}

function branch(context: DetectionContext, [level, prefixes]: Sessions, at: number): void {
  ensureResourceState(context, BRANCH).sessions['branch'] = createLongEstablishedSession('10.0.5.4', '10.200.0.1', {
    level,
    prefixes,
  })
  context.lastGoodPolls = { ...context.lastGoodPolls, [`${BRANCH}  peers`]: { at, readAt: at, everyMs: MS_PER_MINUTE } }
}

const emptiedAt = ({ scopes }: DetectionContext, scope: string) => Object.values(scopes[scope]?.live ?? {})[0]

const DURING = TEST_POLL_END_TIME - 3 * MS_PER_MINUTE

it.each<[string, readonly (Sessions | null)[], number | null, 'lost' | 'withdrawn' | undefined, boolean]>([
  [
    'a router still announces prefixes',
    [
      ['up', 4],
      ['up', 0],
    ],
    DURING,
    'lost',
    false,
  ],
  [
    'both routers announce none',
    [
      ['up', 0],
      ['up', 0],
    ],
    DURING,
    'withdrawn',
    false,
  ],
  [
    'one router announces none and the other is down',
    [
      ['up', 0],
      ['down', 4],
    ],
    DURING,
    'withdrawn',
    false,
  ],
  [
    'both sessions are down',
    [
      ['down', 4],
      ['down', 4],
    ],
    DURING,
    undefined,
    false,
  ],
  [
    'a count is unknown',
    [
      ['up', 0],
      ['up', null],
    ],
    DURING,
    undefined,
    false,
  ],
  [
    'the sessions were read before the first empty table',
    [
      ['up', 4],
      ['up', 4],
    ],
    BETWEEN.earliest,
    undefined,
    true,
  ],
  [
    'the sessions were read after the newest table',
    [
      ['up', 4],
      ['up', 4],
    ],
    TEST_POLL_END_TIME,
    undefined,
    true,
  ],
  ['the sessions were never read', [null, null], null, undefined, false],
])('a circuit of an emptied connection, if %s', (_, states, at, reason, isUnread) => {
  const context = estate()
  circuit(context, states, at)
  recordEmptiedConnectionReasons(context)
  const live = emptiedAt(context, LON)
  expect(live?.emptiedBy).toBe(reason)
  expect(live && isEmptiedConnectionUnread(context, live)).toBe(isUnread)
  const member = 'vhub expressRouteGateways/ergw'
  expect(isNeighborPathLost(context, member, BETWEEN)).toBe(reason === 'lost')
  expect(findNeighborPathLosses(context, member, BETWEEN)).toHaveLength(reason === 'withdrawn' ? 0 : 1)
})

it.each<[string, Sessions, 'withdrawn' | undefined]>([
  ['announces none', ['up', 0], 'withdrawn'],
  // Azure withholds the table of such a connection, so it shows nothing
  ['announces prefixes', ['up', 2], undefined],
  ['has no session', ['down', 0], undefined],
])('a branch of an emptied connection that %s', (_, session, reason) => {
  const context = estate()
  branch(context, session, DURING)
  recordEmptiedConnectionReasons(context)
  expect(emptiedAt(context, BRANCH)?.emptiedBy).toBe(reason)
})

const DROP_ALL: RouteMapRule = { drops: true, ends: true, conditions: [], isPartial: false }
const ofPrefix = (prefix: string): RouteMapRule => ({ ...DROP_ALL, conditions: [{ exact: false, prefixes: [prefix] }] })
const BEFORE_MONITORING = { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING }

describe('a circuit whose routers announce prefixes, and a route map of the hub', () => {
  function reasonOf(rules: readonly RouteMapRule[], since = BETWEEN, inventoryAt = NEWEST) {
    const context = estate()
    circuit(
      context,
      [
        ['up', 4],
        ['up', 4],
      ],
      DURING,
    )
    const inventory = { at: inventoryAt, readAt: inventoryAt, everyMs: MS_PER_MINUTE }
    context.lastGoodPolls = { ...context.lastGoodPolls, 'subscription  inventory': inventory }
    ensureResourceState(context, LON).inboundMaps = { conn: { name: 'rm-in', rules, since } }
    recordEmptiedConnectionReasons(context)
    const live = emptiedAt(context, LON)
    const member = 'vhub expressRouteGateways/ergw'
    return {
      reason: live?.emptiedBy,
      isLost: isNeighborPathLost(context, member, BETWEEN),
      isUnread: live && isEmptiedConnectionUnread(context, live),
      evidence: live?.event.evidence.map(({ field, after }) => [field, after]),
    }
  }

  it.each<[string, RouteMapRule[], 'lost' | 'filtered' | undefined]>([
    ['drops all', [DROP_ALL], 'filtered'],
    ['drops each of their prefixes', [ofPrefix('10.10.0.0/16'), ofPrefix('10.20.0.0/15')], 'filtered'],
    ['drops one of their prefixes', [ofPrefix('10.10.0.0/16')], 'lost'],
    ['keeps one and drops the others', [{ ...ofPrefix('10.10.0.0/16'), drops: false }, DROP_ALL], 'lost'],
    ['drops routes by their communities', [{ ...DROP_ALL, isPartial: true }], undefined],
  ])('that %s', (_, rules, reason) => {
    expect(reasonOf(rules)).toMatchObject({ reason, isLost: reason === 'lost', isUnread: false })
  })

  it('keeps the evidence of the sessions next to the map', () => {
    expect(reasonOf([DROP_ALL]).evidence).toEqual([
      ['prefixes from the far end of the connection', 8],
      ['route map that drops the routes', 'rm-in'],
    ])
  })

  it('is not the reason if the map was the same while the connection brought routes', () => {
    expect(reasonOf([DROP_ALL], BEFORE_MONITORING).reason).toBe('lost')
    const changedLater = { earliest: TEST_POLL_END_TIME, latest: TEST_POLL_END_TIME }
    expect(reasonOf([DROP_ALL], changedLater).reason).toBe('lost')
  })

  it('is awaited if no inventory was read since the routes disappeared', () => {
    const keeps = [ofPrefix('10.99.0.0/16')]
    expect(reasonOf(keeps, BETWEEN, BETWEEN.earliest)).toMatchObject({ reason: undefined, isUnread: true })
  })
})

it('keeps the reason when the routes are back, and shows its evidence once', () => {
  const context = estate()
  circuit(
    context,
    [
      ['up', 0],
      ['up', 0],
    ],
    DURING,
  )
  recordEmptiedConnectionReasons(context)
  circuit(
    context,
    [
      ['up', 4],
      ['up', 4],
    ],
    DURING,
  )
  recordEmptiedConnectionReasons(context)
  const live = emptiedAt(context, LON)
  expect(live?.emptiedBy).toBe('withdrawn')
  expect(live?.event.evidence.map(({ field, after }) => [field, after])).toEqual([
    ['prefixes from the far end of the connection', 0],
  ])
})
