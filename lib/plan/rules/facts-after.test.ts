import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import {
  createTestCircuitFacts,
  createTestConnection,
  createTestGatewayFacts,
  createTestMicrosoftPeering,
  createTestNetworkFacts,
  createTestPeering,
  createTestResilienceCheckInput,
} from '#lib/resilience/rules/checks/testing.ts'
import type { CircuitFacts, GatewayFacts } from '#lib/resilience/rules/index.ts'
import type { PlannedChange } from '../api/index.ts'
import { applyPlanToPosture, type PlannedLimits, type ResolvedPlannedChange } from './facts-after.ts'

const LONDON = 'id-erc-london'
const AMSTERDAM = 'id-erc-amsterdam'
const GATEWAY = 'id-ergw-hub'

/** Limits named after the configuration they were computed for, so that a test can check that it is the planned one. */
const limits: PlannedLimits = {
  ofCircuit: ({ sku }) => ({
    limits: [{ name: (sku.tier ?? '') as 'connections', limit: 1, count: 0, share: 0, note: null, source: '' }],
    prefixLimits: new Map(),
  }),
  ofGateway: ({ sku }, circuits) =>
    ({
      limits: [{ name: sku.name ?? '', limit: 1, count: circuits.length, share: 0, note: null, source: '' }],
      load: undefined,
    }) as unknown as ReturnType<PlannedLimits['ofGateway']>,
}

const connection = (name: string, circuitId: string) => ({
  ...createTestConnection(name, { circuitId, routingWeight: 0 }),
  gatewayId: GATEWAY,
})
const circuitOf = (name: string, own: Partial<CircuitFacts> = {}): CircuitFacts =>
  createTestCircuitFacts(name, {
    connections: [connection(`to-${name}`, `id-${name}`)] as unknown as CircuitFacts['connections'],
    peerings: [createTestPeering(), createTestMicrosoftPeering()],
    ...own,
  })
const estate = (own: Partial<Parameters<typeof createTestResilienceCheckInput>[0]> = {}) =>
  createTestResilienceCheckInput({
    circuits: [circuitOf('erc-london'), circuitOf('erc-amsterdam')],
    gateways: [
      createTestGatewayFacts('ergw-hub', {
        circuitIds: [LONDON, AMSTERDAM, null],
        connections: [
          connection('to-erc-london', LONDON),
          connection('to-erc-amsterdam', AMSTERDAM),
        ] as unknown as GatewayFacts['connections'],
      }),
    ],
    networks: [createTestNetworkFacts('vnet-hub', { gatewayIds: [GATEWAY] })],
    ...own,
  })
const term = (resource: string, own: Record<string, unknown>, type = 'x'): ResolvedPlannedChange => ({
  n: 0,
  term: { resource, ...own } as unknown as PlannedChange,
  resource: { id: resource, resourceId: `/${resource}`, name: resource, type },
})
const after = (plan: ResolvedPlannedChange[], own: Parameters<typeof estate>[0] = {}) =>
  applyPlanToPosture(estate(own), plan, limits)
const london = (plan: ResolvedPlannedChange[], own: Parameters<typeof estate>[0] = {}) => {
  const found = after(plan, own).circuits.find(({ id }) => id === LONDON)
  if (!found) throw new Error('London is gone')
  return found
}

it('an empty plan changes nothing but the limits, which are worked out again', () => {
  const [before, then] = [estate(), after([])]
  expect(then.networks).toEqual(before.networks)
  expect(then.circuits.map(({ limits: _, prefixLimits: __, ...one }) => one)).toEqual(
    before.circuits.map(({ limits: _, prefixLimits: __, ...one }) => one),
  )
  expect(then.circuits[0]?.limits[0]?.name).toBe('Standard')
  expect(then.gateways[0]?.limits[0]).toMatchObject({ name: 'ErGw2AZ', count: 2 })
})

describe('a circuit', () => {
  const risk = { kind: 'n1_capacity_risk', subject: 'er', reason: '' } as const
  const parity = { kind: 'parity_mismatch', subject: 'er', reason: '' } as const
  it.each<[string, Record<string, unknown>, Partial<CircuitFacts>]>([
    ['of another bandwidth', { kind: 'bandwidth', mbps: 2_000 }, { bandwidthMbps: 2_000, open: [parity] }],
    ['that is metered', { kind: 'billing', plan: 'metered' }, { sku: { tier: 'Standard', family: 'MeteredData' } }],
    [
      'that is unlimited',
      { kind: 'billing', plan: 'unlimited' },
      { sku: { tier: 'Standard', family: 'UnlimitedData' } },
    ],
    ['of another tier', { kind: 'tier', tier: 'Premium' }, { sku: { tier: 'Premium', family: 'MeteredData' } }],
    ['whose weight is not its own', { kind: 'weight', weight: 5 }, { bandwidthMbps: 1_000 }],
  ])('%s', (_, own, expected) => {
    const circuits = [circuitOf('erc-london', { open: [risk, parity] }), circuitOf('erc-amsterdam')]
    const plan = [term(LONDON, own)]
    expect(london(plan, { circuits })).toMatchObject(expected)
    expect(after(plan, { circuits }).circuits.find(({ id }) => id === AMSTERDAM)).toEqual(
      after([], { circuits }).circuits.find(({ id }) => id === AMSTERDAM),
    )
  })

  it('takes all changes of a plan, each after the one before it, and limits of the last', () => {
    const plan = [
      term(LONDON, { kind: 'tier', tier: 'Premium' }),
      term(LONDON, { kind: 'billing', plan: 'unlimited' }),
      term(LONDON, { kind: 'tier', tier: 'Local' }),
    ]
    expect(london(plan)).toMatchObject({ sku: { tier: 'Local', family: 'UnlimitedData' }, limits: [{ name: 'Local' }] })
  })

  it.each<[peering: 'private' | 'microsoft', left: string[], announced: unknown]>([
    ['private', ['microsoft'], null],
    ['microsoft', ['private'], [{ prefixes: ['10.10.0.0/16'] }]],
  ])('without its %s peering', (peering, left, announced) => {
    const found = london([term(LONDON, { kind: 'peering_off', peering })])
    expect(found.peerings.map(({ type }) => type)).toEqual(left)
    expect(found.announced).toEqual(announced)
  })
})

describe('a route filter', () => {
  const filterOf = (plan: ResolvedPlannedChange[]) =>
    london(plan).peerings.map(({ type, routeFilter }) => [
      type,
      routeFilter?.communities?.map(({ community, name }) => `${community} ${name ?? '?'}`) ?? null,
    ])
  it.each<[string, ResolvedPlannedChange, unknown]>([
    [
      'of a circuit is that of its Microsoft peering',
      term(LONDON, { kind: 'filter', communities: ['12076:51024', '12076:5'] }),
      ['12076:51024 UK South', '12076:5 ?'],
    ],
    ['of a circuit is taken off', term(LONDON, { kind: 'filter', communities: null }), null],
    ['that allows nothing', term(LONDON, { kind: 'filter', communities: [] }), []],
    [
      'by its own id, in any case',
      {
        ...term('rf', { kind: 'filter', communities: [] }, armTypes.routeFilter),
        resource: { id: 'rf', resourceId: '/FILTER', name: 'rf', type: armTypes.routeFilter },
      },
      [],
    ],
    [
      'that the circuit does not use',
      term('other', { kind: 'filter', communities: [] }, armTypes.routeFilter),
      ['12076:51024 UK South'],
    ],
    ['of another circuit', term(AMSTERDAM, { kind: 'filter', communities: [] }), ['12076:51024 UK South']],
  ])('%s', (_, change, expected) => {
    expect(filterOf([change])).toEqual([
      ['private', null],
      ['microsoft', expected],
    ])
  })
})

describe('a deletion', () => {
  it('of a circuit takes it from its gateway, which keeps circuits of other subscriptions', () => {
    const { circuits, gateways } = after([term(LONDON, { kind: 'delete' })])
    expect(circuits.map(({ id }) => id)).toEqual([AMSTERDAM])
    expect(gateways[0]?.circuitIds).toEqual([AMSTERDAM, null])
    expect(gateways[0]?.connections.map(({ name }) => name)).toEqual(['to-erc-amsterdam'])
    expect(gateways[0]?.limits[0]?.count).toBe(1)
  })

  it('of a connection leaves the circuit, and takes it from the gateway', () => {
    const { circuits, gateways } = after([term('id-to-erc-london', { kind: 'delete' })])
    expect(circuits.map(({ connections }) => connections.map(({ id }) => id))).toEqual([[], ['id-to-erc-amsterdam']])
    expect(gateways[0]?.circuitIds).toEqual([AMSTERDAM, null])
  })

  it('of a gateway takes its connections, and leaves circuits and networks', () => {
    const { circuits, gateways, networks } = after([term(GATEWAY, { kind: 'delete' })])
    expect(gateways).toEqual([])
    expect(circuits.flatMap(({ connections }) => connections)).toEqual([])
    expect(networks.map(({ gatewayIds }) => gatewayIds)).toEqual([[]])
  })

  it('keeps a circuit that a gateway uses by a connection in no list', () => {
    const gateways = [createTestGatewayFacts('ergw-hub', { circuitIds: ['elsewhere', null] })]
    expect(after([term(LONDON, { kind: 'delete' })], { gateways }).gateways[0]?.circuitIds).toEqual(['elsewhere', null])
  })
})

it('a weight is that of the connection, at its circuit and at its gateway', () => {
  const { circuits, gateways } = after([
    term('id-to-erc-london', { kind: 'weight', weight: 5 }),
    term('id-to-erc-london', { kind: 'weight', weight: 7 }),
  ])
  const weights = (one: { connections: readonly { routingWeight: number | null }[] } | undefined) =>
    one?.connections.map(({ routingWeight }) => routingWeight)
  expect(circuits.map(weights)).toEqual([[7], [0]])
  expect(weights(gateways[0])).toEqual([7, 0])
})

it('a gateway of another SKU has the limits of that SKU', () => {
  const [gateway] = after([term(GATEWAY, { kind: 'resize', sku: 'ErGw3AZ' })]).gateways
  expect(gateway).toMatchObject({ sku: { name: 'ErGw3AZ', tier: 'ErGw3AZ' }, limits: [{ name: 'ErGw3AZ' }] })
})

it('a network gains the space of a plan, in addition to its own', () => {
  const plan = ['10.1.0.0/16', '10.2.0.0/16'].map((prefix) =>
    term('id-vnet-hub', { kind: 'spoke', prefixes: [prefix] }),
  )
  expect(
    after([...plan, term('id-other', { kind: 'spoke', prefixes: ['10.3.0.0/16'] })]).networks[0]?.addressPrefixes,
  ).toEqual(['10.100.0.0/16', '10.1.0.0/16', '10.2.0.0/16'])
})
