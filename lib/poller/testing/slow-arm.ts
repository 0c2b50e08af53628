import { type ArmServer, type SeenRequest, startArmServer } from '#lib/azure/testing/arm-server.ts'

const SUBSCRIPTION = '5ca1ab1e-0000-4000-8000-000000000001'
const NETWORK = `/subscriptions/${SUBSCRIPTION}/resourceGroups/edge/providers/Microsoft.Network`
const path = (name: string) => ({
  name,
  properties: { state: 'Enabled', peeringType: name, peerASN: 65001, primaryPeerAddressPrefix: '192.0.2.0/30' },
})

/** A gateway and a circuit with one peering: what is polled on them are diagnostic operations, and little else is there. */
export const GATEWAY = `${NETWORK}/virtualNetworkGateways/gw`
const resources = [
  {
    id: GATEWAY,
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

/** A diagnostic operation as the server saw it. */
export interface SeenOperation {
  /** lower-case ARM id of the gateway or circuit */
  resource: string
  /** the last segment of the POST's path */
  action: string
  beganAt: number
  /** when its result was there; null = it goes on */
  endedAt: number | null
  checks: number
}

export interface SlowArm {
  server: ArmServer
  operations: SeenOperation[]
  /** operations that began on a resource while another one went on there */
  overlaps(): [SeenOperation, SeenOperation][]
  close(): Promise<void>
}

/**
 * An Azure whose diagnostic operations take as long as the test says, and that refuses none: it counts those that a real one would
 * have refused.
 * @param runMs of an operation that begins; infinite = until its `endedAt` is set
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
