import { beforeAll, describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import type { BgpSession } from '../api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getEvents } from '#lib/incidents/answers/index.ts'
import { getSessionHistory } from './session-history.ts'
import { listSessions } from './sessions.ts'
import {
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  createInventoryRows,
  route,
} from '#lib/questions/testing/estate-feed.ts'

const db = withTestDatabase()
const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const seconds = (n: number) => START + n * 1_000
const text = (at: number) => new Date(at).toISOString()

const A = '10.0.4.12'
const B = '10.0.4.13'
/** Returns the connectedDuration of a session that has been up since before monitoring began. */
const since = (at: number) => at - START + 3_600_000
const sibling = createGatewayPeer(A, '10.0.4.15', {
  asn: 65515,
  state: 'connect',
  azureState: 'Connecting',
  connectedDurationMs: null,
  routesReceived: 0,
})

/** Returns the rows of both instances at a time; `first` replaces fields of A's session to .4. */
const rowsAt = (at: number, first: Parameters<typeof createGatewayPeer>[2] = {}) => [
  createGatewayPeer(A, '10.0.4.4', { connectedDurationMs: since(at), ...first }),
  createGatewayPeer(A, '10.0.4.5', { connectedDurationMs: since(at) }),
  createGatewayPeer(B, '10.0.4.4', { connectedDurationMs: since(at) }),
  createGatewayPeer(B, '10.0.4.5', { connectedDurationMs: since(at) }),
  sibling,
]

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(minute(0), createInventoryRows())
  for (let n = 0; n <= 3; n++) await feed.peers(minute(n), rowsAt(minute(n)))
  // lost between 03 and 04, idle at 04 and 05, established again 20 s before the poll at 06
  for (const n of [4, 5]) await feed.peers(minute(n), rowsAt(minute(n), testFieldsOfIdleSession))
  await feed.peers(minute(6), rowsAt(minute(6), { connectedDurationMs: 20_000 }))
  await feed.peersFail(minute(7), 'unavailable')
  // no polls for a while, then one successful poll, and one without instance B
  await feed.peers(minute(20), rowsAt(minute(20), { connectedDurationMs: 860_000 }))
  await feed.peers(
    minute(21),
    rowsAt(minute(21), { connectedDurationMs: 920_000 }).filter(({ localAddress }) => localAddress === A),
    [B],
  )
  for (const path of ['primary', 'secondary'] as const) {
    await feed.summary(minute(20) + 5_000, path, [createCustomerNeighbor(path), azureSide()])
    const network = path === 'primary' ? '10.1.0.0/16' : '10.2.0.0/16'
    await feed.tables(minute(20) + 10_000, path, [
      route(network, {
        instance: null,
        peer: null,
        nextHop: createCustomerNeighbor(path).neighbor,
        asPath: [65001],
        origin: null,
      }),
      // IPv6 routes have the same path but a different next hop
      route(path === 'primary' ? 'fd00:1::/32' : 'fd00:2::/32', {
        instance: null,
        peer: null,
        nextHop: 'fd00::1',
        asPath: [65001],
        origin: null,
      }),
      route('10.40.0.0/16', { instance: null, peer: null, nextHop: A, asPath: [65515], origin: null }),
    ])
  }
  await feed.learned(minute(20) + 15_000, [
    route('10.1.0.0/16', { peer: '10.0.4.5', nextHop: '10.0.4.5' }),
    route('fd00:1::/32', { peer: '10.0.4.5', nextHop: '10.0.4.5' }),
    route('fd00:2::/32', { peer: '10.0.4.4', nextHop: '10.0.4.4' }),
    route('10.2.0.0/16', { peer: '10.0.4.4', nextHop: '10.0.4.4' }),
  ])
})

const ask = async (now: number, parameters: { at?: number; scope?: string; limit?: number; cursor?: string } = {}) => {
  const answer = await listSessions(db, { limit: 100, ...parameters }, now)
  return allApiEndpoints.sessions.response.parse(answer)
}
const find = (rows: BgpSession[], localAddress: string, neighbor: string) =>
  rows.find((row) => row.localAddress === localAddress && row.neighbor === neighbor)

describe('sessions now', () => {
  it('contain state, verdict and when they came up', async () => {
    const { data, freshness, asOf } = await ask(minute(21) + 5_000)
    expect(find(data, A, '10.0.4.5')).toMatchObject({
      scopeName: 'ergw-hub',
      resourceId: TEST_ESTATE_GATEWAY_ARM_ID,
      path: null,
      remoteAsn: 12076,
      role: 'msee',
      state: 'established',
      azureState: 'Connected',
      verdict: 'up',
      known: 'observed',
      prefixesReceived: 2,
      messagesSent: '100',
      establishedTransitions: 0,
      evidence: 'state',
    })
    expect(asOf).toBe(text(minute(21) + 5_000))
    expect(freshness.state).toBe('fresh')
  })

  it('count an observed rise, and bound it by what Azure reports', async () => {
    const { data } = await ask(minute(21) + 10_000)
    const row = find(data, A, '10.0.4.4')
    expect(row?.establishedTransitions).toBe(1)
    const [earliest = '', latest = ''] = row?.establishedAt ?? []
    expect(Date.parse(earliest)).toBeLessThanOrEqual(minute(6) - 18_000)
    expect(Date.parse(latest)).toBeGreaterThanOrEqual(minute(6) - 20_000)
    expect(Date.parse(latest) - Date.parse(earliest)).toBeLessThanOrEqual(4_000)
  })

  it('show a sibling that never connected as such', async () => {
    const { data } = await ask(minute(21) + 10_000)
    expect(find(data, A, '10.0.4.15')).toMatchObject({
      role: 'gateway-peer',
      state: 'connect',
      azureState: 'Connecting',
      verdict: 'never_established',
      establishedAt: null,
      mapping: null,
    })
  })

  it('call a silent instance not reported, never down', async () => {
    const { data, freshness } = await ask(minute(21) + 10_000)
    expect(find(data, B, '10.0.4.4')).toMatchObject({
      state: 'unknown',
      azureState: 'Connected',
      verdict: 'not_reported',
      known: 'stale',
    })
    expect(find(data, A, '10.0.4.5')).toMatchObject({ verdict: 'up', known: 'observed' })
    expect(freshness.state).toBe('fresh')
  })

  it('turn unknown when nothing was read for three intervals, with Azure’s last word', async () => {
    const { data, freshness } = await ask(minute(120))
    expect(find(data, A, '10.0.4.4')).toMatchObject({
      state: 'unknown',
      azureState: 'Connected',
      verdict: 'unknown',
      known: 'stale',
      prefixesReceived: null,
    })
    expect(freshness.state).toBe('stale')
    expect(freshness.oldestPollAt).not.toBeNull()
  })

  it('show a circuit’s customers, and no other neighbor of its MSEEs', async () => {
    const { data } = await ask(minute(20) + 30_000, { scope: TEST_ESTATE_CIRCUIT_ARM_ID })
    expect(data).toHaveLength(2)
    expect(data[0]).toMatchObject({
      scopeName: 'ckt-lon',
      resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
      path: 'primary',
      localAddress: '172.16.0.2',
      neighbor: '172.16.0.1',
      remoteAsn: 65001,
      role: 'onprem',
      verdict: 'up',
      prefixesReceived: 2,
    })
  })

  it('are mapped to the paths whose routes they carry', async () => {
    const { data } = await ask(minute(20) + 30_000)
    const circuitId = find(data, '172.16.0.2', '172.16.0.1')?.scope
    expect(find(data, A, '10.0.4.4')?.mapping).toEqual({
      circuitId,
      circuitName: 'ckt-lon',
      path: 'secondary',
      confidence: 'certain',
    })
    expect(find(data, A, '10.0.4.5')?.mapping).toEqual({
      circuitId,
      circuitName: 'ckt-lon',
      path: 'primary',
      confidence: 'certain',
    })
  })

  it('come in pages', async () => {
    const all = (await ask(minute(20) + 30_000)).data
    const first = await ask(minute(20) + 30_000, { limit: 4 })
    const second = await ask(minute(20) + 30_000, { limit: 4, cursor: first.nextCursor ?? '' })
    expect([...first.data, ...second.data]).toEqual(all)
    expect(second.nextCursor).toBeNull()
  })

  it.each([
    { name: 'upper case', scope: TEST_ESTATE_GATEWAY_ARM_ID.toUpperCase() },
    { name: 'still encoded', scope: encodeURIComponent(TEST_ESTATE_GATEWAY_ARM_ID) },
  ])('are found by an ARM id in $name', async ({ scope }) => {
    expect((await ask(minute(20) + 30_000, { scope })).data).toHaveLength(5)
  })

  it('of an unknown scope are not found', async () => {
    await expect(ask(minute(20), { scope: 'nowhere' })).rejects.toThrow(/nowhere.*take an id/)
  })
})

describe('sessions as of a moment', () => {
  const cases = [
    { name: 'before the loss', at: minute(2), expected: { state: 'established', verdict: 'up', known: 'observed' } },
    {
      name: 'between the samples around the loss: the state that was known',
      at: minute(3) + 30_000,
      expected: { state: 'established', azureState: 'Connected', verdict: 'up', known: 'observed' },
    },
    {
      name: 'while it was down',
      at: minute(4) + 30_000,
      expected: { state: 'idle', azureState: 'Idle', verdict: 'down', known: 'observed' },
    },
    {
      name: 'after it came back',
      at: minute(20) + 10_000,
      expected: { state: 'established', verdict: 'up', known: 'observed' },
    },
    {
      name: 'in time that nobody saw',
      at: minute(12),
      expected: { state: 'unknown', verdict: 'unknown', known: 'stale' },
    },
  ]
  it.each(cases)('$name', async ({ at, expected }) => {
    const { data, asOf } = await ask(minute(22), { at, scope: TEST_ESTATE_GATEWAY_ARM_ID })
    expect(find(data, A, '10.0.4.4')).toMatchObject(expected)
    expect(asOf).toBe(text(at))
  })

  it.each<{ name: string; at: number; seen: [number, number] }>([
    { name: 'at the end of a poll', at: minute(4) + 2_000, seen: [minute(4) + 2_000, minute(4) + 2_000] },
    { name: 'between two polls', at: minute(5) + 30_000, seen: [minute(4) + 2_000, minute(5) + 30_000] },
    { name: 'in time that nobody saw', at: minute(12), seen: [minute(6) + 2_000, minute(6) + 2_000] },
  ])('say when the last poll before it ended: $name', async ({ at, seen: [earliest, latest] }) => {
    const { data } = await ask(minute(22), { at, scope: TEST_ESTATE_GATEWAY_ARM_ID })
    expect(find(data, A, '10.0.4.4')).toMatchObject({
      lastSeenAt: earliest === latest ? text(latest) : null,
      lastSeenBetween: [text(earliest), text(latest)],
    })
  })

  it('say whether the moment was covered', async () => {
    expect(await ask(minute(22), { at: minute(2), scope: TEST_ESTATE_GATEWAY_ARM_ID })).toMatchObject({
      covered: true,
      uncovered: [],
    })
    const hole = await ask(minute(22), { at: minute(12), scope: TEST_ESTATE_GATEWAY_ARM_ID })
    expect(hole.covered).toBe(false)
    expect(hole.uncovered).toMatchObject([{ kind: 'peers', from: text(minute(6) + 2_000), to: text(minute(20)) }])
  })

  it('are not there before anything was seen', async () => {
    expect(await ask(minute(22), { at: minute(-60) })).toMatchObject({ covered: false, data: [] })
    await expect(ask(minute(22), { at: minute(-60), scope: TEST_ESTATE_GATEWAY_ARM_ID })).rejects.toThrow(
      /as of .*nothing is known/,
    )
  })
})

describe('session history', () => {
  it('gives intervals with bounds, newest first', async () => {
    const answer = await getSessionHistory(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: minute(0), to: minute(10), limit: 100 },
      minute(22),
    )
    const { data, covered, uncovered } = allApiEndpoints.sessionHistory.response.parse(answer)
    const own = data.filter(({ localAddress, neighbor }) => localAddress === A && neighbor === '10.0.4.4')
    expect(own.map(({ state }) => state)).toEqual(['established', 'idle', 'established'])
    expect(own[1]).toMatchObject({ from: [text(minute(3)), text(minute(4) + 2_000)], known: 'observed' })
    expect(own[2]?.to).toEqual([text(minute(3)), text(minute(4) + 2_000)])
    expect(covered).toBe(false)
    expect(uncovered).toMatchObject([
      { kind: 'peers', from: text(minute(6) + 2_000), to: text(minute(7) + 2_000), outcome: 'unavailable' },
      { kind: 'peers', from: text(minute(7) + 2_000), to: text(minute(10)), outcome: 'not_polled' },
    ])
  })
})

describe('events', () => {
  it('contain the loss and the return, newest first, with the true bounds', async () => {
    const answer = await getEvents(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: minute(0), to: minute(10), limit: 100 },
      minute(22),
    )
    const { data } = allApiEndpoints.events.response.parse(answer)
    expect(data.map(({ kind }) => kind)).toEqual(['session_up', 'session_down'])
    expect(data[1]).toMatchObject({
      subject: '10.0.4.12~10.0.4.4',
      startedBetween: [text(minute(3)), text(minute(4) + 2_000)],
      cause: { class: 'unknown_cause', owner: 'unknown' },
      partOf: null,
      incidentId: null,
      detectedAt: text(minute(4) + 2_000),
    })
    const { atLeastSeconds = 0, atMostSeconds = 0 } = data[1]?.duration ?? {}
    // idle at least from the response at 04:02 until 20 s before the poll at 06
    expect(atLeastSeconds).toBeCloseTo((seconds(340) - seconds(242)) / 1_000, 0)
    expect(atMostSeconds).toBeLessThanOrEqual(162)
  })

  it.each([
    { name: 'that ends before the loss may have begun', from: minute(0), to: minute(2), count: 0 },
    { name: 'inside the bounds of the loss', from: minute(3) + 30_000, to: minute(3) + 31_000, count: 1 },
  ])('are selected by a range $name', async ({ from, to, count }) => {
    const { data } = await getEvents(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, from, to, kind: ['session_down'], limit: 100 },
      minute(22),
    )
    expect(data).toHaveLength(count)
  })
})
