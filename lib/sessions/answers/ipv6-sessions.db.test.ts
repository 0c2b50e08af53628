import { describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { getEvents } from '#lib/incidents/answers/index.ts'
import { getOverview } from '#lib/overview/answers/index.ts'
import { getSessionHistory } from './session-history.ts'
import { listSessions } from './sessions.ts'
import {
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCustomerNeighbor,
  testFieldsOfJustLostSession,
  createTestEstatePollRecorder,
  createGatewayPeer,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'

const START = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => START + n * 60_000
const now = minute(2) + 10_000

const links = { primaryPeerAddressPrefix: 'fd00::/126', secondaryPeerAddressPrefix: 'fd00::4/126' }
const both = { ipv6PeeringConfig: { ...links, state: 'Enabled' } }
/** Age of a session that is older than a day, which is reported in hours and therefore the same for many polls. */
const aged = { upDown: { ms: 26 * 3_600_000, unitMs: 3_600_000 } }
const overIpv6 = (fields = {}) => createCustomerNeighbor('primary', { neighbor: 'fd00::1', ...aged, ...fields })
const overIpv6Secondary = createCustomerNeighbor('secondary', { neighbor: 'fd00::5', ...aged })

type Feed = ReturnType<typeof createTestEstatePollRecorder>

/** Feeds two healthy polls, and a third poll in which the primary path's neighbors are as given. */
async function polled(feed: Feed, peering: object, primary: Parameters<Feed['summary']>[2]) {
  await feed.inventory(minute(0), createInventoryRows({}, { ...peering }))
  for (let n = 0; n < 3; n++) {
    await feed.peers(minute(n), [
      createGatewayPeer('10.0.4.12', '10.0.4.4'),
      createGatewayPeer('10.0.4.12', '10.0.4.5'),
    ])
    const well = [createCustomerNeighbor('primary', aged), overIpv6()]
    await feed.summary(minute(n), 'primary', n < 2 ? well : primary)
    await feed.summary(minute(n), 'secondary', [createCustomerNeighbor('secondary', aged), overIpv6Secondary])
  }
}

describe('a circuit that speaks IPv6 as well', () => {
  const db = withTestDatabase()

  it('lists both sessions of a path, each between addresses of its own family', async () => {
    await polled(createTestEstatePollRecorder(db), both, [
      createCustomerNeighbor('primary', testFieldsOfJustLostSession),
      overIpv6(testFieldsOfJustLostSession),
    ])
    const { data } = await listSessions(db, { limit: 100, scope: TEST_ESTATE_CIRCUIT_ARM_ID }, now)
    expect(data.map((row) => [row.path, row.localAddress, row.neighbor, row.role, row.verdict])).toEqual([
      ['primary', '172.16.0.2', '172.16.0.1', 'onprem', 'down'],
      ['primary', 'fd00::2', 'fd00::1', 'onprem', 'down'],
      ['secondary', '172.16.0.6', '172.16.0.5', 'onprem', 'up'],
      ['secondary', 'fd00::6', 'fd00::5', 'onprem', 'up'],
    ])
    expect(data.every(({ mapping }) => mapping?.confidence === 'certain')).toBe(true)
  })

  it('reports both as events and as history, under the same addresses', async () => {
    const range = { scope: TEST_ESTATE_CIRCUIT_ARM_ID, from: minute(0), to: minute(3), limit: 100 }
    const { data: events } = await getEvents(db, range, now)
    expect(events.map(({ kind, subject }) => `${kind} ${subject}`).toSorted()).toEqual([
      'session_down 172.16.0.2~172.16.0.1',
      'session_down fd00::2~fd00::1',
    ])
    const { data: history } = await getSessionHistory(db, range, now)
    const own = history.filter(({ neighbor }) => neighbor === 'fd00::1')
    expect(own.map(({ localAddress, state }) => [localAddress, state])).toEqual([
      ['fd00::2', 'idle'],
      ['fd00::2', 'established'],
    ])
  })

  it('counts both, and one problem', async () => {
    const { data } = await getOverview(db, { mayReadCost: true }, now)
    expect(data.counts.sessions).toEqual({ up: 4, down: 2 })
    expect(data.worstFirst.map(({ type, id }) => [type, id])).toEqual([['circuit', expect.any(String)]])
  })
})

describe('the state of a path', () => {
  const db = withTestDatabase()
  const primaryNow = async () => (await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID, now)).data.paths[0]

  it('follows IPv4 where both are spoken', async () => {
    await polled(createTestEstatePollRecorder(db), both, [
      createCustomerNeighbor('primary'),
      overIpv6(testFieldsOfJustLostSession),
    ])
    expect(await primaryNow()).toMatchObject({
      state: 'up',
      layers: { bgp: 'up' },
      bgpOverIpv6: 'down',
      customerAddress: '172.16.0.1',
    })
  })

  it('keeps a loss of IPv6 after polls stopped', async () => {
    const { data } = await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID, now + 3_600_000)
    expect(data.paths).toMatchObject([
      { state: 'unknown', lastKnown: { state: 'up' }, bgpOverIpv6: 'down' },
      { state: 'unknown', lastKnown: { state: 'up' }, bgpOverIpv6: 'unknown' },
    ])
  })
})

describe('the state of a path without IPv4', () => {
  const db = withTestDatabase()

  it('follows IPv6', async () => {
    const none = { primaryPeerAddressPrefix: null, secondaryPeerAddressPrefix: null }
    await polled(createTestEstatePollRecorder(db), { ...both, ...none }, [overIpv6(testFieldsOfJustLostSession)])
    const { data } = await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID, now)
    expect(data.paths).toMatchObject([
      { layers: { bgp: 'down' }, bgpOverIpv6: null, customerAddress: 'fd00::1', microsoftAddress: 'fd00::2' },
      { layers: { bgp: 'up' }, customerAddress: 'fd00::5', microsoftAddress: 'fd00::6' },
    ])
    // the limit is the same for both tiers, and IPv4's limit of 4,000 does not apply
    expect(data.peerings.map(({ paths }) => paths[1]?.headroom?.limit)).toEqual([100])
  })
})

describe('a circuit whose IPv6 is switched off', () => {
  const db = withTestDatabase()

  it('has its IPv6 sessions disabled, and its IPv4 ones up', async () => {
    const off = { ipv6PeeringConfig: { ...links, state: 'Disabled' } }
    await polled(createTestEstatePollRecorder(db), off, [
      createCustomerNeighbor('primary'),
      overIpv6(testFieldsOfJustLostSession),
    ])
    const { data } = await listSessions(db, { limit: 2, scope: TEST_ESTATE_CIRCUIT_ARM_ID }, now)
    expect(data.map(({ verdict }) => verdict)).toEqual(['up', 'disabled'])
    const { data: circuit } = await getCircuit(db, TEST_ESTATE_CIRCUIT_ARM_ID, now)
    // the observed state is shown, even if a disabled session is up
    expect(circuit.paths.map(({ bgpOverIpv6 }) => bgpOverIpv6)).toEqual(['disabled', 'up'])
  })
})

describe('a circuit that speaks IPv6 and may only be read', () => {
  const db = withTestDatabase()

  it('reports each family by its own metric', async () => {
    const feed = createTestEstatePollRecorder(db)
    await feed.inventory(minute(0), createInventoryRows({}, both))
    await feed.summary(minute(0), 'secondary', [createCustomerNeighbor('secondary'), overIpv6Secondary])
    for (const n of [1, 2, 3, 4]) {
      for (const path of ['primary', 'secondary'] as const) await feed.summaryFail(minute(n), path, 'forbidden')
    }
    await feed.circuitMetrics(minute(4), [
      { metric: 'BgpAvailability', peer: 'Primary-IPv6', average: 0 },
      { metric: 'BgpAvailability', peer: 'Primary-IPv4', average: 100 },
      { metric: 'BgpAvailability', peer: 'Secondary-IPv4', average: 100 },
    ])
    const { data } = await listSessions(db, { limit: 100, scope: TEST_ESTATE_CIRCUIT_ARM_ID }, minute(5) + 10_000)
    expect(data.map(({ neighbor, verdict, evidence }) => [neighbor, verdict, evidence])).toEqual([
      ['172.16.0.1', 'up', 'metric'],
      ['fd00::1', 'down', 'metric'],
      ['172.16.0.5', 'up', 'metric'],
      // no metric reports this session, and its last poll is too old for a state, but the session remains listed
      ['fd00::5', 'unknown', 'state'],
    ])
  })
})
