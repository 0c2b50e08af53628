import { afterEach, beforeAll, beforeEach, vi } from 'vitest'
import type { InventoryObservation } from '#lib/contract/index.ts'
import { createAzureClient } from '../create-azure.ts'
import type { AzureAccess, AzureSettings } from '../types.ts'
import { type TestArmServer, type TestArmInventory, startArmServer } from './arm-server.ts'

export const SUBSCRIPTION_ID = '11111111-2222-3333-4444-555555555555'
const network = `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/edge/providers/Microsoft.Network`
export const gatewayId = `${network}/virtualNetworkGateways/gw`
export const circuitId = `${network}/expressRouteCircuits/london`
export const connectionId = `${network}/connections/gw-london`
export const subscriptionId = `/subscriptions/${SUBSCRIPTION_ID}`

export const peerBody = {
  value: [
    {
      localAddress: '10.0.4.12',
      neighbor: '10.0.4.4',
      asn: 12076,
      state: 'Connected',
      connectedDuration: '3.03:14:13.1796961',
      routesReceived: 18,
      messagesSent: 9007199254740993n,
      messagesReceived: 4995,
    },
  ],
}

let shared: Promise<TestArmServer> | undefined

/**
 * Provides a client for each test, signed in through the server's own identity endpoint. All test files of a process
 * share one server, which is reset before each test, because MSAL remembers the address of the identity endpoint for
 * the lifetime of the process.
 */
export function withAzure() {
  const context = {} as {
    server: TestArmServer
    azure: AzureAccess
    connect(more?: Partial<AzureSettings>): AzureAccess
    inventory(): Promise<InventoryObservation>
  }
  const clients: AzureAccess[] = []
  context.connect = (more = {}) => {
    const client = createAzureClient({
      resourceManagerUrl: context.server.url,
      subscriptionIds: [SUBSCRIPTION_ID],
      deadlineMs: 30_000,
      ...more,
    })
    clients.push(client)
    return client
  }
  context.inventory = async () => {
    const observation = await context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')
    if (observation.kind !== 'inventory') throw new Error(`an observation of ${observation.kind}`)
    return observation
  }
  beforeAll(async () => {
    shared ??= startArmServer()
    context.server = await shared
  })
  beforeEach(() => {
    context.server.reset()
    for (const name of ['AZURE_CLIENT_ID', 'AZURE_TENANT_ID', 'AZURE_CLIENT_SECRET', 'AZURE_FEDERATED_TOKEN_FILE']) {
      vi.stubEnv(name, undefined)
    }
    for (const [name, value] of Object.entries(context.server.environment)) vi.stubEnv(name, value)
    context.azure = context.connect()
  })
  afterEach(() => {
    for (const client of clients.splice(0)) client.close()
  })
  return context
}

export const createTestArmInventory = (over: Partial<TestArmInventory>): TestArmInventory => ({
  subscriptions: [{ subscriptionId: SUBSCRIPTION_ID, displayName: 'Edge' }],
  resources: [],
  bodies: {},
  ...over,
})
