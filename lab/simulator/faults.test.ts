import { describe, expect, it } from 'vitest'
import { MS_PER_MINUTE, MS_PER_SECOND } from '#lib/contract/time/time.ts'
import type { FaultKind } from './happening.ts'
import {
  requestSimulator,
  TEST_TIMELINE_ORIGIN,
  ONE_CIRCUIT_GROUP_ARM_ID,
  createOneCircuitWorld,
  getResponseValueRows,
} from './testing.ts'

const PEERS = `${ONE_CIRCUIT_GROUP_ARM_ID}/virtualNetworkGateways/gw-pair/getBgpPeerStatus`
const SUMMARY = `${ONE_CIRCUIT_GROUP_ARM_ID}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/routeTablesSummary/primary`

describe('faults', () => {
  const faulty = (fault: FaultKind, extra: object = {}) =>
    createOneCircuitWorld([{ op: 'api-fault', fault, operation: 'gateway.peers', at: '+0s', for: '60s', ...extra }])
  const peers = (fault: FaultKind, extra: object = {}) =>
    requestSimulator(faulty(fault, extra), TEST_TIMELINE_ORIGIN + MS_PER_SECOND, 'POST', PEERS)

  it.each([
    ['429', 429, 'TooManyRequests'],
    ['500', 500, 'InternalServerError'],
    ['503', 503, 'ServerBusy'],
    ['403', 403, 'AuthorizationFailed'],
    ['409', 409, 'AnotherOperationInProgress'],
    ['401', 401, 'ExpiredAuthenticationToken'],
  ] as const)('%s in ARM’s words', (fault, status, code) => {
    const given = peers(fault, fault === '429' ? { retryAfter: 17 } : {})
    expect([given.status, (given.json.error as { code: string }).code]).toEqual([status, code])
    expect(given.headers['retry-after']).toBe(fault === '429' ? '17' : undefined)
  })
  it.each([
    ['empty', '{}'],
    ['null', 'null'],
    ['no-body', ''],
    ['null-value', '{"value":null}'],
    ['empty-table', '{"value":[]}'],
  ] as const)('%s is 200 with %s', (fault, body) => {
    expect(peers(fault)).toMatchObject({ status: 200, text: body })
  })
  it('garbage is no JSON', () => {
    expect(() => JSON.parse(peers('garbage').text)).toThrow(/JSON/)
  })
  it.each([
    ['nothing', 'hang'],
    ['reset', 'reset'],
    ['half-body', 'truncate'],
    ['slow', 'slow'],
  ] as const)('%s is left to the socket', (fault, transport) => {
    expect(peers(fault).transport).toBe(transport)
  })
  it('an instance missing, rows twice, in another order, states unknown', () => {
    const good = getResponseValueRows(
      requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN + MS_PER_SECOND, 'POST', PEERS),
    )
    expect(getResponseValueRows(peers('missing-instance'))).toEqual(good.filter((r) => r.localAddress === '10.0.4.12'))
    expect(getResponseValueRows(peers('duplicate-rows'))).toEqual(good.flatMap((r) => [r, r]))
    const shuffled = getResponseValueRows(peers('shuffled'))
    expect(new Set(shuffled.map((r) => JSON.stringify(r)))).toEqual(new Set(good.map((r) => JSON.stringify(r))))
    expect(
      getResponseValueRows(peers('state-unknown', { instance: '10.0.4.13' })).filter((r) => r.state === 'Unknown'),
    ).toHaveLength(2)
  })
  it('a cached answer repeats itself to the tick', () => {
    const world = faulty('cached')
    expect(requestSimulator(world, TEST_TIMELINE_ORIGIN + 50 * MS_PER_SECOND, 'POST', PEERS).text).toBe(
      requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN, 'POST', PEERS).text,
    )
    expect(requestSimulator(world, TEST_TIMELINE_ORIGIN + 61 * MS_PER_SECOND, 'POST', PEERS).text).not.toBe(
      requestSimulator(createOneCircuitWorld(), TEST_TIMELINE_ORIGIN, 'POST', PEERS).text,
    )
  })
  it('touches only the operation it names, and only while it lasts', () => {
    const world = faulty('500')
    expect(requestSimulator(world, TEST_TIMELINE_ORIGIN + MS_PER_SECOND, 'POST', SUMMARY).status).toBe(200)
    expect(requestSimulator(world, TEST_TIMELINE_ORIGIN + MS_PER_MINUTE, 'POST', PEERS).status).toBe(200)
    expect(requestSimulator(world, TEST_TIMELINE_ORIGIN - 1, 'POST', PEERS).status).toBe(200)
  })
})
