import { describe, expect, it } from 'vitest'
import type { DetectedEvent, PollRecord, RouteChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { isLossOverHub } from '../../correlate/carrying-resource.ts'
import { runGroupDetection } from '../../run-group-detection.ts'
import { createResourceState, type GroupState, type LiveEvent } from '../../../model/scope-state.ts'
import type { PollSignal } from '../../../model/signal.ts'
import { EMPTY_TOPOLOGY, type GroupTopology } from '../../../model/topology.ts'

const START = Date.UTC(2030, 2, 4, 10)
const GATEWAY = 'ergw-vhub'

const mark = (minute: number, subresource: string): PollRecord => ({
  sourceId: 1,
  scope: GATEWAY,
  subresource,
  kind: 'learned',
  startedAt: START + minute * MS_PER_MINUTE,
  finishedAt: START + minute * MS_PER_MINUTE + 2_000,
  outcome: 'ok',
  previousOkAt: minute === 0 ? null : START + (minute - 1) * MS_PER_MINUTE,
  previousAttemptAt: minute === 0 ? null : START + (minute - 1) * MS_PER_MINUTE,
  silentInstances: [],
})

/** Returns the signals of one step in which all prefixes disappear or all appear. */
function changed(minute: number, before: number, after: number): PollSignal[] {
  if (before === after) return []
  const attributes = [{ nextHop: null, asPath: [12076, 65001], origin: null, weight: null, localPref: null }]
  const change = (n: number): RouteChange => ({
    type: 'route',
    op: after < before ? 'withdraw' : 'announce',
    instance: null,
    peer: 'conn-lon',
    prefix: `10.${n}.0.0/16`,
    before: after < before ? attributes : [],
    after: after < before ? [] : attributes,
    between: { earliest: START + (minute - 1) * MS_PER_MINUTE, latest: START + minute * MS_PER_MINUTE + 2_000 },
  })
  const changes = Array.from({ length: Math.abs(after - before) }, (_, n) => change(n))
  return [{ type: 'routes', kind: 'learned', changes, sizes: after === 0 ? {} : { '|conn-lon': after } }]
}

interface Begin {
  subresource: string
  /** state before the first table */
  before: GroupState
  topology: GroupTopology
}

/**
 * Returns the events for one table per minute.
 * @param sizes number of prefixes of each table
 */
function eventsOf(
  sizes: readonly number[],
  { subresource = 'vhub/conn-lon', before = {}, topology = EMPTY_TOPOLOGY }: Partial<Begin> = {},
): DetectedEvent[] {
  let state: GroupState = before
  const events = new Map<string, DetectedEvent>()
  for (const [minute, size] of sizes.entries()) {
    const folded = runGroupDetection(state, topology, {
      mark: mark(minute, subresource),
      everyMs: MS_PER_MINUTE,
      signals: changed(minute, minute === 0 ? 0 : (sizes[minute - 1] ?? 0), size),
      events: [],
      scopeOfResource: (id) => id,
    })
    state = folded.state
    for (const event of folded.events) events.set(event.key, event)
  }
  return [...events.values()]
}

it('a connection that brings nothing in two tables in a row is an event, within the bounds of the first', () => {
  const [event, ...more] = eventsOf([4, 0, 0])
  expect(more).toEqual([])
  expect(event).toMatchObject({
    kind: 'hub_connection_emptied',
    scope: GATEWAY,
    subject: 'conn-lon',
    severity: 'major',
    started: { earliest: START, latest: START + MS_PER_MINUTE + 2_000 },
    ended: null,
  })
  expect(event?.evidence).toContainEqual(
    expect.objectContaining({ field: 'prefixes of the connection', before: 4, after: 0 }),
  )
  expect(event?.evidence).toContainEqual(
    expect.objectContaining({ field: expect.stringMatching(/^routes: /), before: 'conn-lon', after: null }),
  )
})

it('ends with the first prefix that is back', () => {
  const [event] = eventsOf([4, 0, 0, 1, 4])
  expect(event?.ended).toEqual({ earliest: START + 2 * MS_PER_MINUTE, latest: START + 3 * MS_PER_MINUTE + 2_000 })
})

it.each([
  ['one empty table', [4, 0, 4, 4]],
  ['a prefix less', [4, 3, 3, 3]],
  ['a connection that never brought any', [0, 0, 0]],
])('%s is none', (_, sizes) => {
  expect(eventsOf(sizes)).toEqual([])
})

it('most prefixes less is a withdrawal by the connection, which ends when they are back', () => {
  const [event, ...more] = eventsOf([4, 1, 1, 4])
  expect(more).toEqual([])
  expect(event).toMatchObject({ kind: 'mass_withdraw', scope: GATEWAY, subject: 'conn-lon', severity: 'minor' })
  expect(event?.ended).toEqual({ earliest: START + 2 * MS_PER_MINUTE, latest: START + 3 * MS_PER_MINUTE + 2_000 })
})

it('the end of a route leak that a gateway reported about the circuit is no withdrawal', () => {
  const circuit = 'ckt-lon'
  const topology = { ...EMPTY_TOPOLOGY, hubConnections: [{ gateway: GATEWAY, name: 'conn-lon', circuit }] }
  const leakOver = (asn: number): GroupState => {
    const event = {
      key: 'leak',
      kind: 'unexpected_transit',
      scope: circuit,
      subject: `AS${asn}`,
      started: { earliest: START, latest: START },
      ended: null,
      flags: [],
      evidence: [],
      causes: [],
    }
    const live = { event, confirm: null, asns: [asn], peersBefore: ['10.0.0.4'] } as unknown as LiveEvent
    return { [circuit]: { ...createResourceState(), live: { leak: live } } }
  }
  const kinds = (before: GroupState) => eventsOf([4, 1, 1], { before, topology }).map(({ kind }) => kind)
  expect(kinds(leakOver(65001))).not.toContain('mass_withdraw')
  expect(kinds(leakOver(64900))).toContain('mass_withdraw')
})

describe('two hubs whose connections and gateways have equal names', () => {
  const hubs = ['a', 'b'].map((name) => ({
    scope: `hub-${name}`,
    gateways: { 'expressroutegateways/ergw': `ergw-${name}`, 'vpngateways/vpngw': `vpngw-${name}` },
  }))
  const topology: GroupTopology = {
    ...EMPTY_TOPOLOGY,
    hubs,
    hubConnections: hubs.map((_, n) => ({
      gateway: n === 0 ? 'ergw-a' : 'ergw-b',
      name: 'conn-lon',
      circuit: 'ckt-lon',
    })),
  }
  const attributes = [{ nextHop: null, asPath: [12076, 65001], origin: null, weight: null, localPref: null }]

  /** Applies a poll at which the routes of one connection are withdrawn or announced. */
  function poll(state: GroupState, minute: number, scope: string, op: 'withdraw' | 'announce') {
    const changes = [1, 2, 3].map(
      (n): RouteChange => ({
        type: 'route',
        op,
        instance: null,
        peer: 'conn-lon',
        prefix: `10.${n}.0.0/16`,
        before: op === 'withdraw' ? attributes : [],
        after: op === 'withdraw' ? [] : attributes,
        between: { earliest: START + (minute - 1) * MS_PER_MINUTE, latest: START + minute * MS_PER_MINUTE + 2_000 },
      }),
    )
    return runGroupDetection(state, topology, {
      mark: { ...mark(minute, 'vhub/conn-lon'), scope },
      everyMs: MS_PER_MINUTE,
      signals: [{ type: 'routes', kind: 'learned', changes, sizes: { '|conn-lon': op === 'withdraw' ? 1 : 4 } }],
      events: [],
      scopeOfResource: (id) => id,
    })
  }

  it('routes that return over one connection end only its own withdrawal', () => {
    const withdrawn = poll({}, 1, 'ergw-a', 'withdraw')
    const other = poll(withdrawn.state, 2, 'ergw-b', 'announce')
    expect(other.events.filter(({ kind, ended }) => kind === 'mass_withdraw' && ended !== null)).toEqual([])
    const own = poll(other.state, 3, 'ergw-a', 'announce')
    expect(own.events).toContainEqual(expect.objectContaining({ kind: 'mass_withdraw', scope: 'ckt-lon' }))
    expect(own.events.find(({ kind }) => kind === 'mass_withdraw')?.ended).not.toBeNull()
  })

  it('the loss of one hub’s gateway explains only the routes of its own hub', () => {
    const event = { kind: 'gateway_isolated', scope: 'vpngw-a', subject: 'vpngw-a' } as DetectedEvent
    const explains = (table: string) => isLossOverHub(topology, { table }, 'vpnGateways/vpngw', event)
    expect([explains('hub-a'), explains('hub-b')]).toEqual([true, false])
  })
})
