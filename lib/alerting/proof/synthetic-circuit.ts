import { decodeAnswer, decodeResources, Unread } from '#lib/azure/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { armTypes, type EpochMs, type Observation } from '#lib/contract/index.ts'

/**
 * Subscription id that cannot exist. Rows of the synthetic circuit are never committed, so they appear in no list,
 * report or count.
 */
const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001'
const CIRCUIT = `${SUBSCRIPTION}/resourceGroups/peerwatch/providers/Microsoft.Network/expressRouteCircuits/alerting-proof`

/** Addresses of the MSEE, the same on both paths (RFC 5737). */
export const LOCAL_ADDRESSES = { ipv4: '192.0.2.2', ipv6: null }
export const INTERVAL_SECONDS = 60
const paths = [
  { path: 'primary', neighbor: '192.0.2.1' },
  { path: 'secondary', neighbor: '192.0.2.5' },
] as const

/**
 * Synthetic circuit as Azure lists it. Its location and provider do not occur elsewhere, so that it is not grouped with
 * other circuits.
 */
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

/**
 * Samples of each of the two paths: minutes before now, and the number of prefixes or, if the session is down, its
 * state. The last three samples show the path down; detection needs at least two to prove it.
 */
const SAMPLES: readonly [minutesAgo: number, statePfxRcd: string][] = [
  [6, '5'],
  [5, '5'],
  [4, 'Idle'],
  [3, 'Idle'],
  [2, 'Idle'],
]

/**
 * Returns the observations of a circuit whose two paths go down: one inventory poll that lists the circuit, and then
 * polls of its route table summaries, in Azure's format.
 * @returns observations in order; the newest ended two minutes before `now`
 * @source Azure Network REST, ExpressRouteCircuitsListRoutesTableSummary
 */
export function createFallingCircuit(now: EpochMs): Observation[] {
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
