import { describe, expect, it } from 'vitest'
import { MINUTE, SECOND } from '#lib/contract/time/time.ts'
import type { FaultKind } from './happening.ts'
import { ask, ORIGIN, PAIR, pairWorld, rows } from './testing.ts'

const PEERS = `${PAIR}/virtualNetworkGateways/gw-pair/getBgpPeerStatus`
const SUMMARY = `${PAIR}/expressRouteCircuits/erc-pair/peerings/AzurePrivatePeering/routeTablesSummary/primary`

describe('faults', () => {
  const faulty = (fault: FaultKind, extra: object = {}) =>
    pairWorld([{ op: 'api-fault', fault, operation: 'gateway.peers', at: '+0s', for: '60s', ...extra }])
  const peers = (fault: FaultKind, extra: object = {}) => ask(faulty(fault, extra), ORIGIN + SECOND, 'POST', PEERS)

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
    const good = rows(ask(pairWorld(), ORIGIN + SECOND, 'POST', PEERS))
    expect(rows(peers('missing-instance'))).toEqual(good.filter((r) => r.localAddress === '10.0.4.12'))
    expect(rows(peers('duplicate-rows'))).toEqual(good.flatMap((r) => [r, r]))
    const shuffled = rows(peers('shuffled'))
    expect(new Set(shuffled.map((r) => JSON.stringify(r)))).toEqual(new Set(good.map((r) => JSON.stringify(r))))
    expect(rows(peers('state-unknown', { instance: '10.0.4.13' })).filter((r) => r.state === 'Unknown')).toHaveLength(2)
  })
  it('a cached answer repeats itself to the tick', () => {
    const world = faulty('cached')
    expect(ask(world, ORIGIN + 50 * SECOND, 'POST', PEERS).text).toBe(ask(pairWorld(), ORIGIN, 'POST', PEERS).text)
    expect(ask(world, ORIGIN + 61 * SECOND, 'POST', PEERS).text).not.toBe(ask(pairWorld(), ORIGIN, 'POST', PEERS).text)
  })
  it('touches only the operation it names, and only while it lasts', () => {
    const world = faulty('500')
    expect(ask(world, ORIGIN + SECOND, 'POST', SUMMARY).status).toBe(200)
    expect(ask(world, ORIGIN + MINUTE, 'POST', PEERS).status).toBe(200)
    expect(ask(world, ORIGIN - 1, 'POST', PEERS).status).toBe(200)
  })
})
