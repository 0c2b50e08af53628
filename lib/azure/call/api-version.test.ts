import { describe, expect, it } from 'vitest'
import { armError, type TestArmServerReaction, type SeenRequest } from '../testing/arm-server.ts'
import {
  circuitId,
  createTestArmInventory,
  gatewayId,
  peerBody,
  subscriptionId,
  withAzure,
} from '../testing/fixture.ts'

const context = withAzure()
const SDK_VERSION = '2026-01-01'
const stats = { primarybytesIn: 1, primarybytesOut: 2, secondarybytesIn: 3, secondarybytesOut: 4 }

/** The response of the Government and China clouds to an API version that they do not support yet. */
const refusal = (named: string): TestArmServerReaction => ({
  do: 'answer',
  status: 400,
  body: {
    error: {
      code: 'NoRegisteredProviderFound',
      message:
        `No registered resource provider found for location 'usgovvirginia' and API version '${SDK_VERSION}' for type ` +
        `'virtualNetworkGateways'. The supported api-versions are '${named}'. The supported locations are 'usgovvirginia'.`,
    },
  },
})
const NAMED = '2015-06-15, 2024-05-01, 2025-03-01, 2025-05-01-preview'

/** Simulates a cloud that supports only the versions in `named`. */
function lagging(
  named = NAMED,
  when = /(POST|GET) .*\/microsoft\.network\/(virtualNetworkGateways|expressRouteCircuits)/i,
) {
  const supported = new Set(named.split(', '))
  const answer = ({ method, query }: SeenRequest): TestArmServerReaction => {
    if (!supported.has(query.get('api-version') ?? '')) return refusal(named)
    return method === 'POST'
      ? { do: 'operation', style: 'location', rounds: 0, body: peerBody }
      : { do: 'answer', body: stats }
  }
  context.server.rule({ when, behaviour: answer })
}
const asked = () =>
  context.server.requests
    .filter(({ path }) => !path.includes('/locations/'))
    .map(({ query }) => query.get('api-version'))

const peers = (azure = context.azure) => azure.poll({ resourceId: gatewayId, subresource: '' }, 'peers')
const counters = (azure = context.azure) => azure.poll({ resourceId: circuitId, subresource: '' }, 'stats')

describe('the api-version of Microsoft.Network', () => {
  it('is the SDK’s where that is taken', async () => {
    lagging(`${NAMED}, ${SDK_VERSION}`)
    expect(await peers()).toMatchObject({ outcome: 'ok' })
    expect(asked()).toEqual([SDK_VERSION])
  })

  it('is the newest that Azure names where it is not, of every subscription and kind from then on; previews are none', async () => {
    lagging()
    const learned: string[] = []
    const azure = context.connect({ onApiVersion: (version) => void learned.push(version) })
    expect(await peers(azure)).toMatchObject({ outcome: 'ok' })
    expect(await counters(azure)).toMatchObject({ outcome: 'ok' })
    const elsewhere = circuitId.replace(/subscriptions\/[^/]+/, 'subscriptions/99999999-0000-4000-8000-000000000000')
    expect(await azure.poll({ resourceId: elsewhere, subresource: '' }, 'stats')).toMatchObject({ outcome: 'ok' })
    expect(asked()).toEqual([SDK_VERSION, '2025-03-01', '2025-03-01', '2025-03-01'])
    expect(learned).toEqual(['2025-03-01'])
  })

  it('becomes older where another type lags further, and never flips back', async () => {
    lagging(NAMED, /POST .*\/virtualNetworkGateways/i)
    lagging('2015-06-15, 2024-05-01', /GET .*\/expressRouteCircuits/i)
    for (const poll of [peers, counters, peers, counters]) expect(await poll()).toMatchObject({ outcome: 'ok' })
    expect(asked()).toEqual([SDK_VERSION, '2025-03-01', '2025-03-01', '2024-05-01', '2024-05-01', '2024-05-01'])
  })

  it('is the configured one, whatever Azure says, and only of that provider', async () => {
    const azure = context.connect({ networkApiVersion: '2024-01-01' })
    context.server.estate = createTestArmInventory({})
    expect(await azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')).toMatchObject({
      outcome: 'ok',
    })
    const ofNetwork = context.server.requests.filter(({ path }) => /providers\/microsoft\.network\//i.test(path))
    expect(ofNetwork.length).toBeGreaterThan(3)
    expect(new Set(ofNetwork.map(({ query }) => query.get('api-version')))).toEqual(new Set(['2024-01-01']))
    const others = context.server.requests.filter(({ path }) => !/providers\/microsoft\.network\//i.test(path))
    expect(others.length).toBeGreaterThan(0)
    expect(others.map(({ query }) => query.get('api-version'))).not.toContain('2024-01-01')
    lagging()
    expect(await peers(azure)).toMatchObject({ outcome: 'unavailable', error: { code: 'NoRegisteredProviderFound' } })
  })

  it('that is refused without another being named is not asked twice', async () => {
    context.server.rule({ when: /^POST/, behaviour: refusal('') })
    expect(await peers()).toMatchObject({ outcome: 'unavailable', error: { code: 'NoRegisteredProviderFound' } })
    expect(asked()).toEqual([SDK_VERSION])
  })

  describe('of a type that is refused without another version being named', () => {
    const noSuchType = armError(
      404,
      'InvalidResourceType',
      `The resource type could not be found in the namespace 'Microsoft.Network' for api version '${SDK_VERSION}'.`,
    )
    const list = /GET .*\/expressRouteCircuits$/i
    const inventory = () => context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')
    const versionsAsked = () =>
      context.server.requests
        .filter(({ path }) => /\/expressRouteCircuits$/i.test(path))
        .map(({ query }) => query.get('api-version'))

    it('is the newest former one that serves it, for that type alone and from then on', async () => {
      context.server.estate = createTestArmInventory({ resources: [{ id: circuitId, properties: {} }] })
      context.server.rule({
        when: list,
        behaviour: ({ query }) =>
          query.get('api-version') === '2024-05-01'
            ? { do: 'answer', body: { value: [{ id: circuitId, name: 'london', properties: {} }] } }
            : noSuchType,
      })
      for (const _ of [1, 2]) expect(await inventory()).toMatchObject({ outcome: 'ok' })
      expect(versionsAsked()).toEqual([
        SDK_VERSION,
        '2025-09-01',
        '2025-05-01',
        '2025-03-01',
        '2024-05-01',
        '2024-05-01',
      ])
      const others = context.server.requests.filter(({ path }) => /\/virtualNetworks$/i.test(path))
      expect(new Set(others.map(({ query }) => query.get('api-version')))).toEqual(new Set([SDK_VERSION]))
    })

    it('is searched for once: a type that no version has stays refused', async () => {
      context.server.rule({ when: list, behaviour: noSuchType })
      for (const _ of [1, 2]) {
        expect(await inventory()).toMatchObject({ outcome: 'not_found', error: { code: 'InvalidResourceType' } })
      }
      expect(versionsAsked()).toEqual([
        SDK_VERSION,
        '2025-09-01',
        '2025-05-01',
        '2025-03-01',
        '2024-05-01',
        '2023-11-01',
        SDK_VERSION,
      ])
    })
  })
})
