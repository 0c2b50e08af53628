import { beforeAll, describe, expect, it } from 'vitest'
import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, computeShortId, upsertEvents } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  azureSide,
  TEST_ESTATE_CIRCUIT_ARM_ID,
  createCounterRows,
  createCustomerNeighbor,
  testFieldsOfJustLostSession,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  createGatewayPeer,
  createInventoryRows,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { storedOutage } from '#lib/questions/testing/stored-outage.ts'
import { getUptime } from './uptime.ts'
import { getAvailabilityReport } from './availability-report.ts'

const db = withTestDatabase()
const begin = Date.UTC(2026, 10, 10, 12)
const LENGTH = 60
const now = begin + LENGTH * MS_PER_MINUTE
const at = (minute: number, wide = 2): TimestampBounds => ({
  earliest: begin + minute * MS_PER_MINUTE - wide * 1_000,
  latest: begin + minute * MS_PER_MINUTE + wide * 1_000,
})

const microsoft = {
  name: 'MicrosoftPeering',
  properties: {
    peeringType: 'MicrosoftPeering',
    state: 'Enabled',
    azureASN: 12076,
    peerASN: 65001,
    primaryPeerAddressPrefix: '198.51.100.0/30',
    secondaryPeerAddressPrefix: '198.51.100.4/30',
    vlanId: 29,
  },
}
const circuitConfig = createInventoryRows()[0]?.config as { properties: { peerings: unknown[] } } | undefined
const privatePeering = circuitConfig?.properties.peerings[0]
const routes = ['10.10.0.0/16', '10.20.0.0/16', '10.30.1.0/24', '10.30.0.0/16'].map((prefix) =>
  route(prefix, { instance: '10.0.4.12', peer: '10.0.4.4' }),
)
const event = (key: string, kind: Parameters<typeof storedOutage>[1], from: number, to: number, subject?: string) => ({
  ...storedOutage(key, kind, at(from), at(to)),
  ...(subject && { subject }),
  causes: [{ class: 'line', owner: 'provider' as const, confidence: 0.7, evidence: [], nextStep: 'Call.' }],
})

/** Private peering has no session in minutes 10 to 20 and 30 to 40, Microsoft peering in minutes 35 to 45. */
const isPrivateDown = (minute: number) => (minute >= 10 && minute < 20) || (minute >= 30 && minute < 40)
const isMicrosoftDown = (minute: number) => minute >= 35 && minute < 45
/** Two prefixes are withdrawn in minutes 22 to 28; a covering network keeps the third one reachable. */
const isWithdrawn = (minute: number) => minute >= 22 && minute < 28

/** Returns a session with its age. It has been up since an hour before the first poll, or since its last outage. */
function stateAt(minute: number, isDown: (at: number) => boolean) {
  const same = (at: number): number => (at >= 0 && isDown(at) === isDown(minute) ? same(at - 1) : at)
  const last = same(minute)
  const ms = ((last < 0 ? 60 : 0) + minute - last) * MS_PER_MINUTE - 30_000
  return { ...(isDown(minute) ? testFieldsOfJustLostSession : {}), upDown: { ms, unitMs: 1_000 } }
}

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(begin, createInventoryRows({ peerings: [privatePeering, microsoft] }))
  for (let minute = 0; minute <= LENGTH; minute++) {
    const moment = begin + minute * MS_PER_MINUTE
    for (const path of ['primary', 'secondary'] as const) {
      await feed.summary(moment, path, [createCustomerNeighbor(path, stateAt(minute, isPrivateDown)), azureSide()])
      const neighbor = path === 'primary' ? '198.51.100.1' : '198.51.100.5'
      await feed
        .on(`MicrosoftPeering/${path}`)
        .summary(moment, [createCustomerNeighbor(path, { neighbor, ...stateAt(minute, isMicrosoftDown) })])
    }
    await feed.stats(moment, [
      createCounterRows('primary', BigInt(minute), BigInt(minute)),
      createCounterRows('secondary', BigInt(minute), BigInt(minute)),
    ])
    await feed.peers(moment, [createGatewayPeer('10.0.4.12', '10.0.4.4')])
    const gone = new Set(isWithdrawn(minute) ? ['10.10.0.0/16', '10.20.0.0/16', '10.30.1.0/24'] : [])
    await feed.learned(
      moment,
      routes.filter(({ prefix }) => !gone.has(prefix)),
    )
  }
  const source = await getOrCreateSourceId(db.pool, { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' })
  await upsertEvents(db.pool, source, [
    event('a', 'circuit_down', 10, 20),
    event('b', 'circuit_down', 30, 40),
    event('c', 'circuit_down', 35, 45, 'MicrosoftPeering'),
    event('d', 'green_but_dead', 50, 55),
    event('e', 'mass_withdraw', 22, 28, '10.0.4.4'),
  ])
  const site = {
    name: 'London',
    prefixes: ['10.10.0.0/16'],
    home: computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID),
    routers: [],
  }
  await db.transaction((client) =>
    saveDeclarationsAsNewVersion(client, { sites: [site] }, { by: 'ops', expected: null }),
  )
})

const report = async (by: 'circuit' | 'site' = 'circuit') =>
  (await getAvailabilityReport(db, { month: '2026-11', by }, now)).data
const rowBy = async (by?: 'circuit' | 'site') => {
  const [row] = (await report(by)).rows
  if (!row) throw new Error('no row')
  return row
}
const minutes = (seconds: number | undefined) => (seconds ?? Number.NaN) / 60

describe('availability of a circuit with two peerings', () => {
  it('is down only while both are down', async () => {
    const { downSeconds, outagesByLayer, byOwner } = await rowBy()
    expect(minutes(downSeconds.atLeast)).toBeGreaterThan(3.5)
    expect(minutes(downSeconds.atMost)).toBeLessThan(7)
    // the withdrawn prefixes are a loss of reachability; Microsoft peering forwards while private peering is dead
    expect(outagesByLayer).toEqual({ session: 1, forwarding: 0, reachability: 1 })
    expect(byOwner.provider).toBe(downSeconds.atLeast)
  })

  it('leaves the provider out of the fault of one peering', async () => {
    const { providers } = await report()
    expect(minutes(providers[0]?.providersOwnSeconds)).toBeLessThan(7)
  })

  it('has each peering by name with its own share', async () => {
    const { peerings } = await rowBy()
    expect(peerings.map(({ peering }) => peering)).toEqual(['private', 'microsoft'])
    const [own, other] = peerings
    expect(minutes(own?.session.downSeconds.atLeast)).toBeCloseTo(20, 0)
    expect(minutes(other?.session.downSeconds.atLeast)).toBeGreaterThan(8)
    expect(minutes(other?.session.downSeconds.atMost)).toBeLessThan(12)
    // down for 20 of 60 minutes
    expect(own?.session.upPercent?.atMost).toBeCloseTo(66.8, 0)
  })

  it('shows the same down time in the days of a circuit', async () => {
    const { data } = await getUptime(db, { days: 30 }, now)
    const circuit = data.find(({ id }) => id === computeShortId(TEST_ESTATE_CIRCUIT_ARM_ID))
    const down = circuit?.days.reduce((sum, day) => sum + day.downSeconds.atMost, 0)
    expect(minutes(down)).toBeLessThan(7)
    // the losses of single peerings are listed next to it
    expect(circuit?.peerings.map(({ peering }) => peering)).toEqual(['private', 'microsoft'])
    expect(minutes(circuit?.peerings[0]?.session.downSeconds.atLeast)).toBeCloseTo(20, 0)
  })
})

describe('availability beyond sessions', () => {
  it('counts minutes that were green but dead as no forwarding', async () => {
    const { peerings, forwarding, downSeconds } = await rowBy()
    const own = peerings[0]
    expect(minutes(own?.forwarding.downSeconds.atLeast)).toBeCloseTo(25, 0)
    // Microsoft peering forwards while private peering has sessions but no traffic
    expect(forwarding?.downSeconds.atLeast).toBeLessThanOrEqual(downSeconds.atMost)
  })

  it('names each prefix without a route, unless a network that contains it has one', async () => {
    const { prefixes, prefixesOmitted } = await rowBy()
    expect(prefixes.map(({ prefix }) => prefix)).toEqual(['10.10.0.0/16', '10.20.0.0/16'])
    expect(prefixesOmitted).toBe(0)
    for (const prefix of prefixes) {
      expect(prefix).toMatchObject({ gatewayId: computeShortId(TEST_ESTATE_GATEWAY_ARM_ID), gatewayName: 'ergw-hub' })
      expect(minutes(prefix.downSeconds.atLeast)).toBeGreaterThan(4.5)
      expect(minutes(prefix.downSeconds.atMost)).toBeLessThan(7.5)
      expect(prefix.upPercent?.atMost).toBeLessThan(93)
    }
  })

  it('names prefixes of a declared site in its row only', async () => {
    expect((await rowBy('site')).prefixes.map(({ prefix }) => prefix)).toEqual(['10.10.0.0/16'])
  })

  it('adds up to the month by every criterion', async () => {
    const { forwarding, peerings, prefixes } = await rowBy()
    const all = [
      ...(forwarding ? [forwarding] : []),
      ...peerings.flatMap((one) => [one.session, one.forwarding]),
      ...prefixes,
    ]
    for (const one of all)
      expect(
        one.upSeconds.atLeast +
          one.indeterminateSeconds +
          one.downSeconds.atLeast +
          one.unknownSeconds +
          one.plannedSeconds,
      ).toBeCloseTo(one.seconds, 6)
  })
})
