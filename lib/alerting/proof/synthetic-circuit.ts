import { decodeAnswer, decodeResources, Unread } from '#lib/azure/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { armTypes, type EpochMs, type Observation } from '#lib/contract/index.ts'

/** In a subscription that nobody can have. It is never committed, so that no list, report or count has it. */
const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001'
const CIRCUIT = `${SUBSCRIPTION}/resourceGroups/peerwatch/providers/Microsoft.Network/expressRouteCircuits/alerting-proof`

/** Address of the MSEE on both paths (RFC 5737). */
export const LOCAL_ADDRESSES = { ipv4: '192.0.2.2', ipv6: null }
export const INTERVAL_SECONDS = 60
const paths = [
  { path: 'primary', neighbor: '192.0.2.1' },
  { path: 'secondary', neighbor: '192.0.2.5' },
] as const

/** As Azure lists it; place and provider are its own, so that it is grouped with nothing. */
const LISTED = {
  id: CIRCUIT,
  name: 'alerting-proof',
  type: armTypes.circuit,
  location: 'alerting-proof',
  sku: { name: 'Standard_MeteredData', tier: 'Standard', family: 'MeteredData' },
  properties: {
    provisioningState: 'Succeeded',
    circuitProvisioningState: 'Enabled',
    serviceProviderProvisioningState: 'Provisioned',
    serviceProviderProperties: {
      serviceProviderName: 'Alerting proof',
      peeringLocation: 'Alerting proof',
      bandwidthInMbps: 50,
    },
    peerings: [
      {
        name: 'AzurePrivatePeering',
        properties: {
          peeringType: 'AzurePrivatePeering',
          state: 'Enabled',
          provisioningState: 'Succeeded',
          azureASN: 12_076,
          peerASN: 65_001,
          primaryPeerAddressPrefix: '192.0.2.0/30',
          secondaryPeerAddressPrefix: '192.0.2.4/30',
          vlanId: 1,
        },
      },
    ],
  },
}

/** Minutes before now, and whether the sessions are up: two good samples prove a path down. */
const SAMPLES: readonly [minutesAgo: number, statePfxRcd: string][] = [
  [6, '5'],
  [5, '5'],
  [4, 'Idle'],
  [3, 'Idle'],
  [2, 'Idle'],
]

/**
 * The list with a circuit, and what its route table summaries say while both of its paths fall, as Azure writes it.
 * @returns observations in their order, the newest ended two minutes before `now`
 * @source Azure Network REST, ExpressRouteCircuitsListRoutesTableSummary
 */
export function fallingCircuit(now: EpochMs): Observation[] {
  const inventory = {
    resources: decodeResources(armTypes.circuit, [LISTED], new Unread()),
    listedTypes: [armTypes.circuit],
  }
  const begun = now - (SAMPLES[0]?.[0] ?? 0) * MINUTE
  return [
    {
      target: { resourceId: SUBSCRIPTION, subresource: '' },
      kind: 'inventory',
      startedAt: begun - 2_000,
      finishedAt: begun - 1_000,
      outcome: 'ok',
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: '',
      rows: { ...inventory, failedTypes: [] },
    },
    ...SAMPLES.flatMap(([minutesAgo, statePfxRcd]) =>
      paths.map(({ path, neighbor }, n) => {
        const startedAt = now - minutesAgo * MINUTE + n * 2_000
        const body = { value: [{ neighbor, v: 4, as: 65_001, upDown: '1d02h', statePfxRcd }] }
        const target = { resourceId: CIRCUIT, subresource: `AzurePrivatePeering/${path}` }
        const wire = { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        return decodeAnswer(target, 'summary', wire, { startedAt, finishedAt: startedAt + 1_000 })
      }),
    ),
  ]
}
