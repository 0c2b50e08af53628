import type {
  ArpRow,
  CircuitPath,
  CounterRow,
  EpochMs,
  PollObservation,
  PollOutcome,
  PeerRow,
  PollError,
  PollKind,
  ResourceRow,
  RouteRow,
  SummaryRow,
} from '#lib/contract/index.ts'
import {
  getOrCreateSourceId,
  loadDetectionState,
  recordObservation,
  saveDetectionState,
  syncPollSchedule,
  upsertEvents,
} from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { applyPollToDetectionState, parseSourceDetectionState } from '#lib/detection/index.ts'

export { routeRow as route } from '#lib/history/testing/feed.ts'

export const TEST_ESTATE_SUBSCRIPTION_ARM_ID = '/subscriptions/11111111-2222-3333-4444-555555555555'
const NETWORK = `${TEST_ESTATE_SUBSCRIPTION_ARM_ID}/resourceGroups/Edge/providers/Microsoft.Network`
export const TEST_ESTATE_CIRCUIT_ARM_ID = `${NETWORK}/expressRouteCircuits/ckt-lon`
export const TEST_ESTATE_GATEWAY_ARM_ID = `${NETWORK}/virtualNetworkGateways/ergw-hub`
export const TEST_ESTATE_CONNECTION_ARM_ID = `${NETWORK}/connections/lon-to-hub`

/** Session that went down one second ago, as its poll reports it. */
export const testFieldsOfJustLostSession = {
  state: 'idle',
  azureState: 'Active',
  prefixesReceived: null,
  upDown: { ms: 1_000, unitMs: 1_000 },
} as const

/** Interval of all polls in this file, in seconds. */
export const TEST_ESTATE_POLL_INTERVAL_SECONDS = 60

const latency = 2_000
export const testEstatePollTargets = {
  inventory: { resourceId: TEST_ESTATE_SUBSCRIPTION_ARM_ID, subresource: '' },
  peers: { resourceId: TEST_ESTATE_GATEWAY_ARM_ID, subresource: '' },
  learned: { resourceId: TEST_ESTATE_GATEWAY_ARM_ID, subresource: '' },
  stats: { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' },
  metrics: { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource: '' },
  connection: { resourceId: TEST_ESTATE_CONNECTION_ARM_ID, subresource: '' },
} as const
const partOf = (path: CircuitPath) => ({
  resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
  subresource: `AzurePrivatePeering/${path}`,
})

export function createInventoryRows(
  circuit: Record<string, unknown> = {},
  peering: Record<string, unknown> = {},
): ResourceRow[] {
  const common = {
    subscriptionId: TEST_ESTATE_SUBSCRIPTION_ARM_ID.split('/')[2] ?? '',
    resourceGroup: 'Edge',
    location: 'uksouth',
  }
  const properties = {
    circuitProvisioningState: 'Enabled',
    serviceProviderProvisioningState: 'Provisioned',
    serviceProviderProperties: { serviceProviderName: 'ProvA', peeringLocation: 'London', bandwidthInMbps: 1000 },
    peerings: [
      {
        name: 'AzurePrivatePeering',
        properties: {
          peeringType: 'AzurePrivatePeering',
          state: 'Enabled',
          azureASN: 12076,
          peerASN: 65001,
          primaryPeerAddressPrefix: '172.16.0.0/30',
          secondaryPeerAddressPrefix: '172.16.0.4/30',
          lastModifiedBy: 'Customer',
          vlanId: 28,
          ...peering,
        },
      },
    ],
    ...circuit,
  }
  const sku = { name: 'Standard_MeteredData', tier: 'Standard', family: 'MeteredData' }
  return [
    {
      ...common,
      resourceId: TEST_ESTATE_CIRCUIT_ARM_ID,
      type: 'microsoft.network/expressroutecircuits',
      name: 'ckt-lon',
      config: { sku, properties },
    },
    {
      ...common,
      resourceId: TEST_ESTATE_GATEWAY_ARM_ID,
      type: 'microsoft.network/virtualnetworkgateways',
      name: 'ergw-hub',
      config: {
        properties: {
          gatewayType: 'ExpressRoute',
          provisioningState: 'Succeeded',
          sku: { name: 'ErGw1AZ', tier: 'ErGw1AZ', capacity: 2 },
        },
      },
    },
    {
      ...common,
      resourceId: TEST_ESTATE_CONNECTION_ARM_ID,
      type: 'microsoft.network/connections',
      name: 'lon-to-hub',
      config: {
        properties: {
          connectionType: 'ExpressRoute',
          routingWeight: 10,
          virtualNetworkGateway1: { id: TEST_ESTATE_GATEWAY_ARM_ID },
          // ARM repeats ids in different case.
          peer: { id: TEST_ESTATE_CIRCUIT_ARM_ID.toUpperCase() },
        },
      },
    },
  ]
}

export const createGatewayPeer = (localAddress: string, neighbor: string, fields: Partial<PeerRow> = {}): PeerRow => ({
  localAddress,
  neighbor,
  asn: 12076,
  state: 'established',
  azureState: 'Connected',
  connectedDurationMs: 3_600_000,
  routesReceived: 2,
  messagesSent: 100n,
  messagesReceived: 101n,
  ...fields,
})

export const testFieldsOfIdleSession = {
  state: 'idle',
  azureState: 'Idle',
  connectedDurationMs: null,
  routesReceived: 0,
} as const

export const createCustomerNeighbor = (path: CircuitPath, fields: Partial<SummaryRow> = {}): SummaryRow => ({
  neighbor: path === 'primary' ? '172.16.0.1' : '172.16.0.5',
  asn: 65001,
  state: 'established',
  azureState: '2',
  downReason: null,
  prefixesReceived: 2,
  upDown: { ms: 3_600_000, unitMs: 1_000 },
  ...fields,
})

/** Returns a neighbor of the MSEE other than the customer's router: an instance of the gateway. */
export const azureSide = (fields: Partial<SummaryRow> = {}): SummaryRow => ({
  ...createCustomerNeighbor('primary'),
  neighbor: '10.0.4.12',
  asn: 65515,
  ...fields,
})

export const arpTable = (path: CircuitPath, customerMac: string | null = '0011.2233.4455'): ArpRow[] => [
  { ageMinutes: 3, interface: 'On-Prem', ipAddress: createCustomerNeighbor(path).neighbor, macAddress: customerMac },
  {
    ageMinutes: 0,
    interface: 'Microsoft',
    ipAddress: path === 'primary' ? '172.16.0.2' : '172.16.0.6',
    macAddress: 'aabb.ccdd.eeff',
  },
]

export const createCounterRows = (path: CircuitPath, bytesIn: bigint, bytesOut: bigint): CounterRow => ({
  path,
  bytesIn,
  bytesOut,
})

type Rows = PollObservation['rows']

/** Returns functions that record polls like the poller: each poll in one transaction with the results of detection. */
export function createTestEstatePollRecorder(db: Database) {
  const wanted = new Map<string, { resourceId: string; subresource: string; kind: PollKind; everySeconds: number }>()
  const record = async (
    observation: Pick<PollObservation, 'kind' | 'target'> & { rows: Rows; at: EpochMs } & Partial<PollObservation>,
  ) => {
    const { at, ...rest } = observation
    const complete = {
      startedAt: at,
      finishedAt: at + latency,
      outcome: 'ok',
      error: null,
      silentInstances: [],
      budget: null,
      correlationId: 'test',
      ...rest,
    } as PollObservation
    const sourceId = await getOrCreateSourceId(db.pool, complete.target)
    const localAddresses = complete.target.subresource.endsWith('primary')
      ? { ipv4: '172.16.0.2', ipv6: 'fd00::2' }
      : { ipv4: '172.16.0.6', ipv6: 'fd00::6' }
    wanted.set(JSON.stringify([complete.target, complete.kind]), {
      ...complete.target,
      kind: complete.kind,
      everySeconds: TEST_ESTATE_POLL_INTERVAL_SECONDS,
    })
    return db.transaction(async (client) => {
      await syncPollSchedule(client, [...wanted.values()])
      const { mark, changes } = await recordObservation(client, sourceId, complete, {
        intervalSeconds: TEST_ESTATE_POLL_INTERVAL_SECONDS,
        localAddresses,
      })
      const folded = applyPollToDetectionState(
        parseSourceDetectionState(await loadDetectionState(client, sourceId)),
        mark,
        changes,
      )
      await upsertEvents(client, sourceId, folded.events)
      await saveDetectionState(client, sourceId, folded.state)
    })
  }
  const failed = (outcome: PollOutcome, error: Partial<PollError> = {}) => ({
    outcome,
    error: {
      code: outcome.toUpperCase(),
      detail: `It ended as ${outcome}.`,
      httpStatus: null,
      retryAfterSeconds: null,
      missingAction: null,
      ...error,
    },
  })
  return {
    inventory: (at: EpochMs, rows: ResourceRow[] = createInventoryRows()) =>
      record({
        kind: 'inventory',
        target: testEstatePollTargets.inventory,
        at,
        rows: {
          resources: rows,
          listedTypes: [...new Set([...createInventoryRows(), ...rows].map(({ type }) => type))],
          failedTypes: [],
        },
      }),
    peers: (at: EpochMs, rows: PeerRow[], silentInstances: string[] = []) =>
      record({
        kind: 'peers',
        target: testEstatePollTargets.peers,
        at,
        rows,
        silentInstances,
        outcome: silentInstances.length > 0 ? 'incomplete' : 'ok',
      }),
    summary: (at: EpochMs, path: CircuitPath, rows: SummaryRow[]) =>
      record({ kind: 'summary', target: partOf(path), at, rows }),
    arp: (at: EpochMs, path: CircuitPath, rows: ArpRow[]) => record({ kind: 'arp', target: partOf(path), at, rows }),
    /** Returns functions that record polls of another part of the circuit, for example `MicrosoftPeering/primary`. */
    on: (subresource: string) => ({
      summary: (at: EpochMs, rows: SummaryRow[]) =>
        record({ kind: 'summary', target: { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource }, at, rows }),
      stats: (at: EpochMs, rows: CounterRow[]) =>
        record({ kind: 'stats', target: { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource }, at, rows }),
      tables: (at: EpochMs, rows: RouteRow[]) =>
        record({ kind: 'tables', target: { resourceId: TEST_ESTATE_CIRCUIT_ARM_ID, subresource }, at, rows }),
    }),
    stats: (at: EpochMs, rows: CounterRow[]) =>
      record({ kind: 'stats', target: testEstatePollTargets.stats, at, rows }),
    learned: (at: EpochMs, rows: RouteRow[]) =>
      record({ kind: 'learned', target: testEstatePollTargets.learned, at, rows }),
    tables: (at: EpochMs, path: CircuitPath, rows: RouteRow[]) =>
      record({ kind: 'tables', target: partOf(path), at, rows }),
    connection: (at: EpochMs, row: { bytesIn: bigint; bytesOut: bigint }) =>
      record({
        kind: 'connection',
        target: testEstatePollTargets.connection,
        at,
        rows: [
          {
            connectionStatus: 'Connected',
            routingWeight: 20,
            fastPath: false,
            counters: { path: null, ...row },
            tunnels: [],
          },
        ],
      }),
    circuitMetrics: (at: EpochMs, values: { metric: string; peer: string; average: number }[]) =>
      record({
        kind: 'metrics',
        target: testEstatePollTargets.metrics,
        at,
        rows: values.map(({ metric, peer: name, average }) => ({
          metric,
          unit: 'Percent',
          dimensions: { peeringtype: 'Private', peer: name },
          at: at - 240_000,
          grainSeconds: 60,
          average,
          maximum: null,
          minimum: null,
          total: null,
        })),
      }),
    gatewayMetrics: (
      at: EpochMs,
      values: { metric: string; instance: string; average: number; maximum?: number; at?: EpochMs }[],
    ) =>
      record({
        kind: 'metrics',
        target: testEstatePollTargets.peers,
        at,
        rows: values.map(({ metric, instance, average, maximum, at: begin }) => ({
          metric,
          unit: 'Count',
          dimensions: { roleinstance: instance },
          at: begin ?? at - 600_000,
          grainSeconds: 300,
          average,
          maximum: maximum ?? null,
          minimum: null,
          total: null,
        })),
      }),
    peersFail: (at: EpochMs, outcome: PollOutcome, error?: Partial<PollError>) =>
      record({ kind: 'peers', target: testEstatePollTargets.peers, at, rows: [], ...failed(outcome, error) }),
    summaryFail: (at: EpochMs, path: CircuitPath, outcome: PollOutcome, error?: Partial<PollError>) =>
      record({ kind: 'summary', target: partOf(path), at, rows: [], ...failed(outcome, error) }),
    arpFail: (at: EpochMs, path: CircuitPath, outcome: PollOutcome, error?: Partial<PollError>) =>
      record({ kind: 'arp', target: partOf(path), at, rows: [], ...failed(outcome, error) }),
  }
}
