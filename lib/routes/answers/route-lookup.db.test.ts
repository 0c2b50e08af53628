import { beforeAll, describe, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { lookUpRoutesToAddress as innerLookUpRoute } from './route-lookup.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  pathRoute,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/routes/api/index.ts'

const lookUpRoute = wrapFunctionWithJsonEncoding(endpoints.routeLookup, innerLookUpRoute)

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
/** Returns a time in minutes after T0. Polls run every minute, and the queries follow the last poll. */
const minute = (n: number) => T0 + n * MS_PER_MINUTE
const now = minute(10) + 30_000

const LON = '10.0.4.4'
const AMS = '10.0.4.6'
const viaLon = { peer: LON, asPath: [12076, 65001] }
const viaAms = { peer: AMS, asPath: [12076, 65001, 65001, 65001] }

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const estate = (lonWeight: number) => [
    createCircuitRow('ckt-lon'),
    createCircuitRow('ckt-ams'),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createGatewayRow('vpngw', 'Vpn', 'hub'),
    createConnectionRow('lon', 'ergw', 'ckt-lon', lonWeight),
    createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
  ]
  for (let n = 0; n <= 10; n++) {
    const at = minute(n)
    await feed.inventory(at, estate(0))
    // the weight of Amsterdam is raised in the sixth minute
    await feed.connection(at, 'lon', 0)
    await feed.connection(at, 'ams', n < 6 ? 0 : 50)
    await feed.tables(at, 'ckt-lon', 'primary', [
      pathRoute('10.1.0.0/16', { localPref: 200 }),
      pathRoute('10.7.0.0/16'),
    ])
    await feed.tables(at, 'ckt-lon', 'secondary', [pathRoute('10.1.0.0/16', { nextHop: '172.16.0.5' })])
    await feed.tables(at, 'ckt-ams', 'primary', [
      pathRoute('10.1.0.0/16', { asPath: [65001, 65001, 65001] }),
      pathRoute('10.8.0.0/16'),
    ])
    await feed.learned(at, 'ergw', [
      learnedRoute('0.0.0.0/0', viaLon),
      learnedRoute('10.1.0.0/16', viaLon),
      learnedRoute('10.1.0.0/16', viaAms),
      learnedRoute('10.7.0.0/16', viaLon),
      learnedRoute('10.8.0.0/16', { peer: AMS }),
      learnedRoute('2001:db8:1::/48', viaLon),
      ...(n >= 3
        ? [learnedRoute('10.1.2.0/24', viaLon), learnedRoute('10.1.2.0/24', { ...viaLon, instance: '10.0.4.13' })]
        : []),
    ])
    if (n !== 8) await feed.learned(at, 'vpngw', [learnedRoute('10.1.0.0/16', { peer: '10.9.9.9', asPath: [65001] })])
  }
  await feed.schedule(
    { resourceId: gatewayId('ergw'), kind: 'learned' },
    { resourceId: gatewayId('vpngw'), kind: 'learned' },
    { resourceId: circuitId('ckt-lon'), subresource: 'AzurePrivatePeering/primary', kind: 'tables' },
  )
})

const ask = async (ip: string, at?: number, scope?: string, when = now) =>
  (await lookUpRoute(db, { ip, ...(at !== undefined && { at }), ...(scope && { scope }) }, when)).data

const brief = (answer: Awaited<ReturnType<typeof ask>>) =>
  answer.candidates.map(({ rank, prefix, peer, scopeName }) => `${rank} ${prefix} ${scopeName} ${peer}`)

describe('where an address goes from a gateway', () => {
  const scope = gatewayId('ergw')

  it('the longest prefix first, the shorter ones behind it with the reason', async () => {
    const answer = await ask('10.1.2.3', minute(4), scope)
    expect(answer).toMatchObject({ known: 'observed', match: '10.1.2.0/24' })
    expect(brief(answer)).toEqual([
      '1 10.1.2.0/24 ergw 10.0.4.4',
      '1 10.1.2.0/24 ergw 10.0.4.4',
      '2 10.1.0.0/16 ergw 10.0.4.4',
      '3 10.1.0.0/16 ergw 10.0.4.6',
      '4 0.0.0.0/0 ergw 10.0.4.4',
    ])
    expect(answer.candidates.map(({ rule }) => rule)).toEqual([
      'longest_prefix',
      'longest_prefix',
      'longest_prefix',
      'as_path',
      'longest_prefix',
    ])
    expect(answer.candidates[0]?.reason).toMatch(/\/24 .*ECMP/)
  })

  it('as it was before the longer prefix came', async () => {
    expect(await ask('10.1.2.3', minute(1), scope)).toMatchObject({ known: 'observed', match: '10.1.0.0/16' })
  })

  it('by the weight that the connection had then, before the AS path', async () => {
    const before = await ask('10.1.9.9', minute(5), scope)
    expect(before.candidates[0]).toMatchObject({ peer: LON, rule: 'as_path', connectionWeight: 0 })
    const after = await ask('10.1.9.9', minute(7), scope)
    expect(after.candidates[0]).toMatchObject({
      peer: AMS,
      rule: 'connection_weight',
      connectionWeight: 50,
      path: 'primary',
      transport: 'er',
    })
    expect(after.candidates[0]?.reason).toMatch(/weight 50 over 0/)
  })

  it('between the samples around a change: indeterminate, and what was so before it', async () => {
    const answer = await ask('10.1.2.3', minute(2) + 30_000, scope)
    expect(answer.known).toBe('indeterminate')
    expect(answer.candidates.find(({ prefix }) => prefix === '10.1.2.0/24')?.known).toBe('indeterminate')
  })

  it('of the other family', async () => {
    expect(await ask('2001:db8:1::7', minute(4), scope)).toMatchObject({ match: '2001:db8:1::/48' })
    expect(await ask('2001:db8:2::7', minute(4), scope)).toEqual({
      around: null,
      firewalls: [],
      ip: '2001:db8:2::7',
      at: new Date(minute(4)).toISOString(),
      known: 'observed',
      match: null,
      system: 'internet',
      candidates: [],
      userRoutes: [],
      privateEndpoints: [],
      interfaces: [],
    })
  })

  it('with the command that shows the table now', async () => {
    const [first] = (await ask('10.7.0.1', undefined, scope)).candidates
    expect(first?.azCommand).toBe(
      'az network vnet-gateway list-learned-routes --name ergw --resource-group rg-edge --subscription 99999999-2222-3333-4444-555555555555',
    )
  })
})

describe('where an address goes from the whole estate', () => {
  it('ExpressRoute before VPN for the same prefix, though the AS path is longer', async () => {
    const answer = await ask('10.1.9.9', minute(4))
    expect(brief(answer)).toEqual([
      '1 10.1.0.0/16 ergw 10.0.4.4',
      '2 10.1.0.0/16 ergw 10.0.4.6',
      '3 10.1.0.0/16 vpngw 10.9.9.9',
      '4 0.0.0.0/0 ergw 10.0.4.4',
    ])
    expect(answer.candidates[2]).toMatchObject({ transport: 'vpn', rule: 'transport' })
  })

  it('claims less while one gateway is not seen', async () => {
    const answered = await lookUpRoute(db, { ip: '10.1.9.9', at: minute(8) + 5_000 }, now)
    expect(answered.data.known).toBe('indeterminate')
    expect(answered.covered).toBe(false)
    expect(answered.uncovered).toHaveLength(1)
    expect(answered.data.candidates.map(({ scopeName }) => scopeName)).not.toContain('vpngw')
  })
})

describe('where an address goes from a circuit', () => {
  it('by the tables of its paths, in the order of an MSEE', async () => {
    const answer = await ask('10.1.9.9', minute(4), circuitId('ckt-lon'))
    expect(answer.candidates.map(({ rank, path, rule, localPref }) => ({ rank, path, rule, localPref }))).toEqual([
      { rank: 1, path: 'primary', rule: 'local_preference', localPref: 200 },
      { rank: 2, path: 'secondary', rule: 'local_preference', localPref: 100 },
    ])
    expect(answer.candidates[1]?.azCommand).toContain('list-route-tables --name ckt-lon')
    expect(answer.candidates[1]?.azCommand).toContain('--path secondary')
  })
})

describe('a moment that nobody saw', () => {
  it('is unknown, and the time around it is named', async () => {
    const answered = await lookUpRoute(db, { ip: '10.1.9.9', at: T0 - MS_PER_MINUTE, scope: gatewayId('ergw') }, now)
    expect(answered).toMatchObject({
      covered: false,
      data: { known: 'unknown', match: null, candidates: [] },
      uncovered: [{ kind: 'learned', outcome: 'not_polled', to: new Date(T0).toISOString() }],
    })
  })

  it('is also now, when the last poll is old', async () => {
    const answered = await lookUpRoute(db, { ip: '10.1.9.9', scope: gatewayId('ergw') }, minute(60))
    expect(answered).toMatchObject({ covered: false, data: { known: 'unknown', match: null, candidates: [] } })
    expect(answered.freshness.state).toBe('stale')
    expect(answered.uncovered).toMatchObject([{ scopeName: 'ergw', from: new Date(minute(10) + 2_000).toISOString() }])
    const { lastKnown } = answered.data
    expect(lastKnown).toMatchObject({
      at: new Date(minute(10) + 2_000).toISOString(),
      known: 'observed',
      match: '10.1.0.0/16',
    })
    expect(lastKnown?.candidates[0]).toMatchObject({ rank: 1, peer: AMS, scopeName: 'ergw' })
  })

  it.each([
    ['before the first poll', T0 - MS_PER_MINUTE, now],
    ['that polls observed', minute(4), now],
  ])('has no last known routes at a time %s', async (_, at, when) => {
    const { data } = await lookUpRoute(db, { ip: '10.1.9.9', at, scope: gatewayId('ergw') }, when)
    expect(data).not.toHaveProperty('lastKnown')
  })

  it('keeps the last known routes of the only table that is not polled', async () => {
    const { lastKnown, candidates } = await ask('10.1.9.9', minute(8) + 5_000)
    expect(candidates.map(({ scopeName }) => scopeName)).not.toContain('vpngw')
    expect(lastKnown?.at).toBe(new Date(minute(7) + 2_000).toISOString())
    expect(lastKnown?.candidates.map(({ scopeName }) => scopeName)).toContain('vpngw')
  })

  it('is not now, while the last poll is merely late', async () => {
    const answered = await lookUpRoute(db, { ip: '10.7.0.1', scope: gatewayId('ergw') }, minute(10) + 120_000)
    expect(answered).toMatchObject({ covered: true, data: { known: 'observed', match: '10.7.0.0/16' } })
    expect(answered.freshness.state).toBe('late')
  })

  it('says so of an instance that was silent', async () => {
    const feed = createTestPollRecorder(db)
    await feed.learned(minute(20), 'silent', [
      learnedRoute('10.30.0.0/16'),
      learnedRoute('10.30.1.0/24', { instance: '10.0.4.13' }),
    ])
    await feed.learned(minute(21), 'silent', [learnedRoute('10.30.0.0/16')], ['10.0.4.13'])
    const answer = await ask('10.30.1.1', minute(21) + 1_000, gatewayId('silent'), minute(22))
    expect(answer).toMatchObject({ known: 'indeterminate', match: '10.30.0.0/16' })
  })
})

it('refuses a moment beyond retention', async () => {
  await expect(lookUpRoute(db, { ip: '10.1.9.9', at: now - 401 * 24 * 60 * MS_PER_MINUTE }, now)).rejects.toThrow(
    /RETAIN_HISTORY/,
  )
})
