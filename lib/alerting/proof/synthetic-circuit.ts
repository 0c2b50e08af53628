import { decodePollResponse, decodeResources, UnreadRowCounter } from '#lib/azure/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { armTypes, type EpochMs, type PollObservation } from '#lib/contract/index.ts'

/**
 * A subscription ID that cannot exist. Rows of the artificial circuit are never committed, so that they appear in no
 * list, report or count.
 */
const SUBSCRIPTION = '/subscriptions/00000000-0000-0000-0000-000000000001'
const CIRCUIT = `${SUBSCRIPTION}/resourceGroups/peerwatch/providers/Microsoft.Network/expressRouteCircuits/alerting-proof`

/** Addresses of the Microsoft router (MSEE), the same on both paths (RFC 5737). */
export const MSEE_TEST_ADDRESSES = { ipv4: '192.0.2.2', ipv6: null }
export const TEST_POLL_INTERVAL_SECONDS = 60
const paths = [
  { path: 'primary', neighbor: '192.0.2.1' },
  { path: 'secondary', neighbor: '192.0.2.5' },
] as const

/**
 * The artificial circuit, in the format in which Azure lists circuits. No real circuit has its location and provider,
 * so that it is never grouped with a real one.
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
 * The polls of each of the two paths: minutes before now, and the number of prefixes or, while the session is down, its
 * state. The last three report the session as down. Detection needs at least two of them.
 */
const SAMPLES: readonly [minutesAgo: number, statePfxRcd: string][] = [
  [6, '5'],
  [5, '5'],
  [4, 'Idle'],
  [3, 'Idle'],
  [2, 'Idle'],
]

/**
 * Returns the polls of a circuit whose two paths go down, in Azure's format: first an inventory that lists the circuit,
 * and then summaries of its route tables.
 * @returns polls in order of time; the last one ended about two minutes before `now`
 * @source Azure Network REST, ExpressRouteCircuitsListRoutesTableSummary
 */
export function createFailingCircuitObservations(now: EpochMs): PollObservation[] {
  const inventory = {
    resources: decodeResources(armTypes.circuit, [LISTED], new UnreadRowCounter()),
    listedTypes: [armTypes.circuit],
  }
  const begun = now - (SAMPLES[0]?.[0] ?? 0) * MS_PER_MINUTE
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
        const startedAt = now - minutesAgo * MS_PER_MINUTE + n * 2_000
        const body = { value: [{ neighbor, v: 4, as: 65_001, upDown: '1d02h', statePfxRcd }] }
        const target = { resourceId: CIRCUIT, subresource: `AzurePrivatePeering/${path}` }
        const wire = { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
        return decodePollResponse(target, 'summary', wire, { startedAt, finishedAt: startedAt + 1_000 })
      }),
    ),
  ]
}
