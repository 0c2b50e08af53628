import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import {
  circuitId,
  createTestArmInventory,
  gatewayId,
  peerBody,
  SUBSCRIPTION_ID,
  withAzure,
} from './testing/fixture.ts'

const context = withAzure()
const group = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/edge/providers/Microsoft.Network`
const lag = {
  id: `${group}/expressRouteLags/lag`,
  name: 'lag',
  type: 'Microsoft.Network/expressRouteLags',
  location: 'uksouth',
  properties: { peeringLocation: 'London2', bandwidthInGbps: 10, minimumActivePortsRequired: 4, links: [] },
}
const circuit = (properties: object) => ({ id: circuitId, name: 'london', location: 'uksouth', properties })
const LAGS = /GET .*\/expressRouteLags$/i
const requestsForLags = () => context.server.requests.filter(({ path }) => /expressRouteLags$/i.test(path))

describe('a LAG', () => {
  it('is listed like a port, by the newest API version', async () => {
    context.server.reset(createTestArmInventory({ resources: [lag] }))
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).toContain(armTypes.lag)
    expect(rows.resources.map(({ type, config }) => decodeResourceConfig(type, config))).toMatchObject([
      { resource: 'port', kind: 'lag', peeringLocation: 'London2', minActivePorts: 4 },
    ])
    expect(requestsForLags().map(({ query }) => query.get('api-version'))).toEqual(['2026-01-01'])
  })

  it.each<[string, TestArmServerReaction]>([
    ['the type is not registered', armError(404, 'InvalidResourceType', 'The resource type could not be found.')],
    ['the version is not registered', armError(400, 'NoRegisteredProviderFound', 'No registered resource provider.')],
    ['a right is missing', armError(403, 'AuthorizationFailed', 'no')],
  ])('is unknown and not gone if %s', async (_, behaviour) => {
    context.server.reset(createTestArmInventory({ resources: [lag, circuit({ expressRouteLag: { id: lag.id } })] }))
    context.server.rule({ when: LAGS, behaviour })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).not.toContain(armTypes.lag)
    expect(rows.listedTypes).toContain(armTypes.circuit)
    const [own] = rows.resources
    expect(decodeResourceConfig(armTypes.circuit, own?.config)).toMatchObject({
      connectivity: 'direct',
      connectivityBasis: 'port',
      portId: lag.id,
      provider: null,
    })
  })

  it('that exists only in newer API versions leaves the older version to all other types', async () => {
    const refusal = (named: string): TestArmServerReaction =>
      armError(400, 'NoRegisteredProviderFound', `The supported api-versions are '${named}'.`)
    context.server.reset(createTestArmInventory({ resources: [lag] }))
    context.server.rule({
      when: /POST .*\/virtualNetworkGateways/i,
      behaviour: ({ query }) =>
        query.get('api-version') === '2025-05-01'
          ? { do: 'operation', style: 'location', rounds: 0, body: peerBody }
          : refusal('2024-05-01, 2025-05-01'),
    })
    context.server.rule({
      when: LAGS,
      behaviour: ({ query }) =>
        query.get('api-version') === '2025-09-01' ? { do: 'answer', body: { value: [lag] } } : refusal('2025-09-01'),
    })
    const peers = () => context.azure.poll({ resourceId: gatewayId, subresource: '' }, 'peers')
    expect(await peers()).toMatchObject({ outcome: 'ok' })
    expect((await context.inventory()).rows.listedTypes).toContain(armTypes.lag)
    context.server.requests.length = 0
    expect(await peers()).toMatchObject({ outcome: 'ok' })
    expect((await context.inventory()).rows.listedTypes).toContain(armTypes.lag)
    const [polled] = context.server.requests
    expect(polled?.query.get('api-version')).toBe('2025-05-01')
    expect(requestsForLags().map(({ query }) => query.get('api-version'))).toEqual(['2025-09-01'])
  })
})
