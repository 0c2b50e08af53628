import { type TestArmServer, type SeenRequest, startArmServer } from '#lib/azure/testing/arm-server.ts'

const SUBSCRIPTION = '5ca1ab1e-0000-4000-8000-000000000001'
const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/edge/providers/Microsoft.Network`
const path = (name: string) => ({
  name,
  properties: { state: 'Enabled', peeringType: name, peerASN: 65001, primaryPeerAddressPrefix: '192.0.2.0/30' },
})

/** A gateway and a circuit with one peering. Almost all their polls are diagnostic operations. */
export const SLOW_GATEWAY_ARM_ID = `${NETWORK}/virtualNetworkGateways/gw`
const resources = [
  {
    id: SLOW_GATEWAY_ARM_ID,
    name: 'gw',
    type: 'Microsoft.Network/virtualNetworkGateways',
    location: 'uksouth',
    properties: { gatewayType: 'ExpressRoute', provisioningState: 'Succeeded' },
  },
  {
    id: `${NETWORK}/expressRouteCircuits/er`,
    name: 'er',
    type: 'Microsoft.Network/expressRouteCircuits',
    location: 'uksouth',
    properties: {
      provisioningState: 'Succeeded',
      circuitProvisioningState: 'Enabled',
      serviceProviderProvisioningState: 'Provisioned',
      peerings: [path('AzurePrivatePeering')],
    },
  },
]

const peers = [
  {
    localAddress: '10.0.4.12',
    neighbor: '10.0.4.4',
    asn: 12076,
    state: 'Connected',
    connectedDuration: '1.02:03:04.5',
    routesReceived: 5,
    messagesSent: 5,
    messagesReceived: 6,
  },
]

/** A diagnostic operation as recorded by the server. */
export interface SeenOperation {
  /** lower-case ARM ID of the gateway or circuit */
  resource: string
  /** last segment of the POST's path */
  action: string
  beganAt: number
  /** time when the result of the operation was available; null = ongoing */
  endedAt: number | null
  checks: number
}

export interface SlowArm {
  server: TestArmServer
  operations: SeenOperation[]
  /** pairs of operations that ran on a resource at the same time */
  overlaps(): [SeenOperation, SeenOperation][]
  close(): Promise<void>
}

/**
 * Starts a simulated Azure whose diagnostic operations take as long as the test requires. It refuses none of them, but
 * records those that a real Azure would refuse.
 * @param runMs duration of a new operation in milliseconds; infinite = until its `endedAt` is set
 */
export async function startSlowArm(runMs: (action: string) => number): Promise<SlowArm> {
  const server = await startArmServer({ subscriptions: [{ subscriptionId: SUBSCRIPTION }], resources, bodies: {} })
  const operations: SeenOperation[] = []
  const overlapping: [SeenOperation, SeenOperation][] = []
  const isRunning = ({ endedAt }: SeenOperation, now: number) => endedAt === null || endedAt > now
  const headers = (n: number) => ({
    Location: `${server.url}/subscriptions/any/providers/Microsoft.Network/locations/uksouth/operationResults/slow-${n}`,
  })

  function begin({ path: at, at: now }: SeenRequest) {
    const resource = /^.*?\/(virtualNetworkGateways|expressRouteCircuits)\/[^/]+/i.exec(at)?.[0].toLowerCase() ?? at
    const action =
      /getBgpPeerStatus|get(?:Learned|Advertised)Routes|[^/]+(?=\/(primary|secondary)$)/i.exec(at)?.[0] ?? at
    const ms = runMs(action)
    const endedAt = Number.isFinite(ms) ? now + ms : null
    const operation: SeenOperation = { resource, action, beganAt: now, endedAt, checks: 0 }
    const before = operations.filter((other) => other.resource === resource && isRunning(other, now))
    overlapping.push(...before.map((other): [SeenOperation, SeenOperation] => [other, operation]))
    operations.push(operation)
    return { do: 'text', status: 202, text: '', headers: headers(operations.length - 1) } as const
  }

  function check({ path: at, at: now }: SeenRequest) {
    const n = Number(/slow-(\d+)$/.exec(at)?.[1])
    const operation = operations[n]
    if (!operation) return { do: 'answer', status: 404 } as const
    operation.checks += 1
    if (isRunning(operation, now)) return { do: 'text', status: 202, text: '', headers: headers(n) } as const
    return { do: 'answer', body: { value: operation.action === 'getBgpPeerStatus' ? peers : [] } } as const
  }

  server.rule({ when: /^POST .*\/providers\/Microsoft\.Network\//i, behaviour: begin })
  server.rule({ when: /^GET .*\/operationResults\/slow-/i, behaviour: check })
  return { server, operations, overlaps: () => overlapping, close: () => server.close() }
}
