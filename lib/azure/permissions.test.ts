import { expect, it } from 'vitest'
import { armTypes, type PollKind } from '#lib/contract/index.ts'
import {
  createAzureHttpResponse,
  createSimulatorServerState,
  createWorld,
  pairWithHub,
  parseSimulatorScenario,
  createSimulatedCredential,
} from '#lab/simulator/index.ts'
import { createAzureClient } from './create-azure.ts'
import { pollKindDefinitions } from './kinds/index.ts'
import { listRoleActions, buildRoleDefinition } from './permissions.ts'
import type { ObservableKind, RawHttpRequest } from './types.ts'

const NOW = Date.parse('2026-11-18T12:00:00Z')

/** Returns ARM's action for a request, formed as in its documentation of resource provider operations. */
function actionOf({ method, url }: RawHttpRequest): string {
  const segments = new URL(url).pathname.split('/').filter(Boolean)
  const at = segments.findLastIndex((segment) => segment.toLowerCase() === 'providers')
  if (at < 0) {
    const containers = segments.filter((_, i) => i % 2 === 0)
    return `Microsoft.Resources/${containers.join('/')}/read`
  }
  const [namespace = '', ...rest] = segments.slice(at + 1)
  const types = rest.filter((_, i) => i % 2 === 0).join('/')
  // a Resource Graph query is a read, although it is a POST with a body
  const isRead = method !== 'POST' || namespace === 'Microsoft.ResourceGraph'
  return `${namespace}/${types}/${isRead ? 'read' : 'action'}`
}

/** Reports whether a role's action, which may end in `*`, includes another action. */
function allows(granted: string, action: string): boolean {
  const [own, wanted] = [granted.toLowerCase(), action.toLowerCase()]
  return own.endsWith('/*') ? wanted.startsWith(own.slice(0, -1)) : own === wanted
}

it('the role allows every request of every kind, and holds no action that none needs', async () => {
  const nva = {
    name: 'vnet-nva',
    group: 'rg-pair',
    addressSpace: ['10.70.0.0/16'],
    subnets: [{ name: 'RouteServerSubnet', prefix: '10.70.0.0/27' }],
  }
  const server = {
    name: 'rs-pair',
    group: 'rg-pair',
    vnet: 'vnet-nva',
    addresses: ['10.70.0.4', '10.70.0.5'],
    peers: [{ name: 'nva-a', address: '10.70.1.4', asn: 65060 }],
  }
  const vnets = [...(pairWithHub.vnets ?? []), nva]
  const subnets = [{ name: 'web', prefix: '10.71.1.0/24' }]
  vnets.push({ name: 'vnet-web', group: 'rg-pair', addressSpace: ['10.71.0.0/16'], subnets })
  const interfaces = [{ name: 'nic', vnet: 'vnet-web', subnet: 'web', address: '10.71.1.4', machine: 'vm' }]
  const userVpn = { name: 'users', pool: '172.30.0.0/23', clients: 3 }
  const hubs = (pairWithHub.hubs ?? []).map((hub) => ({ ...hub, userVpn }))
  const scenario = { ...pairWithHub, vnets, interfaces, hubs, routeServers: [server] }
  const world = createWorld(parseSimulatorScenario(scenario), NOW)
  const memory = createSimulatorServerState()
  const needed = new Set<string>()
  const azure = createAzureClient({
    resourceManagerUrl: 'http://127.0.0.1:1',
    subscriptionIds: '*',
    clock: { now: () => NOW, monotonic: () => performance.now() },
    createCredential: createSimulatedCredential,
    transport: (request) => {
      needed.add(actionOf(request))
      const { pathname, search, origin } = new URL(request.url)
      const { method, headers, body } = request
      const given = createAzureHttpResponse(
        world,
        NOW,
        { method, target: `${pathname}${search}`, headers, body: body ?? '', base: origin },
        // operations are followed too, because the first response names the address to follow
        { memory, ...(pathname.endsWith('getBgpPeerStatus') ? {} : { lro: 'inline' as const }) },
      )
      return { ...given, headers: { ...given.headers } }
    },
  })
  const { subscriptions } = await azure.listSubscriptions()
  const subscriptionId = subscriptions[0]?.subscriptionId ?? ''
  const nic = `/subscriptions/${subscriptionId}/resourceGroups/rg-pair/providers/Microsoft.Network/networkInterfaces/nic`
  const found = await azure.poll({ resourceId: `/subscriptions/${subscriptionId}`, subresource: '' }, 'inventory', {
    params: { interfaces: [nic] },
  })
  if (found.kind !== 'inventory') throw new Error('no inventory')
  const resources = [
    { resourceId: `/subscriptions/${subscriptionId}`, type: armTypes.subscription as string },
    ...found.rows.resources,
    {
      resourceId: `/subscriptions/${subscriptionId}/resourceGroups/g/providers/Microsoft.Network/networkWatchers/w/connectionMonitors/m`,
      type: armTypes.connectionMonitor,
    },
  ]
  const polled = new Set<PollKind>(['inventory'])
  for (const [name, { types, subresources }] of Object.entries(pollKindDefinitions)) {
    const kind = name as ObservableKind
    for (const resource of resources.filter(({ type }) => types.includes(type))) {
      const planned = { subscriptionId, config: null, ...resource }
      for (const subresource of subresources(planned, ['10.0.4.4'])) {
        if (kind === 'peers') {
          await azure.begin({ resourceId: resource.resourceId, subresource }, kind)
        } else if (kind !== 'inventory') {
          await azure.poll({ resourceId: resource.resourceId, subresource }, kind)
        }
        polled.add(kind)
      }
    }
  }
  expect([...polled].sort()).toEqual(Object.keys(pollKindDefinitions).sort())
  await azure.bill({ subscriptionId, from: NOW - 86_400_000, to: NOW })
  const test = { id: 'guid', location: 'Amsterdam' }
  const edge = `/subscriptions/${subscriptionId}/resourceGroups/rg-pair/providers/Microsoft.Network`
  for (const resourceId of [`${edge}/virtualNetworkGateways/gw-pair`, `${edge}/expressRouteGateways/gw`]) {
    for (const report of ['resiliency', 'routes', 'tests'] as const) await azure.report({ resourceId, report })
    await azure.report({ resourceId, report: 'tests', test })
  }
  const granted = listRoleActions()
  expect([...needed].filter((action) => !granted.some((own) => allows(own, action)))).toEqual([])
  const spare = granted.filter((own) => ![...needed].some((action) => allows(own, action)))
  // The scenario `pair` has no maintenance configuration, announcement, network watcher or Global Reach, and its
  // operations are not followed here. Changes are read from Resource Graph. Local network gateways are listed only in
  // resource groups to which a connection refers, and route tables only in groups to which a GatewaySubnet refers. The
  // remaining actions are other names of used actions.
  expect(spare).toEqual([
    'Microsoft.CostManagement/query/read',
    'Microsoft.Maintenance/configurationAssignments/read',
    'Microsoft.Network/expressRouteCircuits/getCircuitLinkFailoverAllTestsDetails/action',
    'Microsoft.Network/expressRouteCircuits/getCircuitLinkFailoverSingleTestDetails/action',
    'Microsoft.Network/expressRouteCircuits/peerings/connections/read',
    'Microsoft.Network/expressRouteCircuits/peerings/peerConnections/read',
    'Microsoft.Network/expressRouteCircuits/peerings/stats/read',
    'Microsoft.Network/localNetworkGateways/read',
    'Microsoft.Network/locations/operationResults/read',
    'Microsoft.Network/locations/operations/read',
    'Microsoft.Network/networkWatchers/connectionMonitors/read',
    'Microsoft.Network/routeTables/read',
    'Microsoft.ResourceHealth/impactedResources/read',
    'Microsoft.Resources/changes/read',
  ])
})

it('a role without subscriptions names a placeholder to replace', () => {
  expect(buildRoleDefinition([]).AssignableScopes).toEqual(['/subscriptions/00000000-0000-0000-0000-000000000000'])
  expect(buildRoleDefinition(['a', 'b']).AssignableScopes).toEqual(['/subscriptions/a', '/subscriptions/b'])
})
