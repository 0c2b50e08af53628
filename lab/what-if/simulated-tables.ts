import { decodePollResponse } from '#lib/azure/index.ts'
import { findConnectionOfRoute } from '#lib/contract/index.ts'
import { isNetworkSpaceRoute } from '#lib/bgp/index.ts'
import type { WhatIfRoute, WhatIfTable } from '#lib/resilience/rules/index.ts'
import { createAzureHttpResponse, createSimulatedBearerToken, type SimulatedWorld } from '../simulator/index.ts'

type Peer = SimulatedWorld['topology']['domains'][number]['peers'][number]

/**
 * Returns the route tables of a simulated Azure at a virtual time in the form that the product reads, with the true
 * source of each route.
 */
export function readSimulatedRouteTablesAt(world: SimulatedWorld, at: number): WhatIfTable[] {
  const { topology } = world
  return topology.domains.flatMap((domain) => {
    const byVnet = Map.groupBy(domain.gateways, ({ vnet }) => vnet)
    return [...byVnet].map(([vnet, gateways]): WhatIfTable => {
      const rows = gateways.flatMap(({ name, group }) => {
        const { subscription } = topology.groups.get(group) ?? { subscription: '' }
        const id = `/subscriptions/${subscription}/resourceGroups/${group}/providers/Microsoft.Network/virtualNetworkGateways/${name}`
        return learned(world, at, id).map((row) => ({ ...row, gateway: name, resourceId: id }))
      })
      return {
        side: 'azure',
        scope: vnet,
        site: null,
        isPartial: false,
        preference: 'expressRoute',
        ownSpace: rows.filter(isNetworkSpaceRoute).map(({ prefix }) => prefix),
        space: [],
        routes: rows.filter((row) => !isNetworkSpaceRoute(row)).map((row) => routeOf(row, domain.peers)),
      }
    })
  })
}

const authorization = `Bearer ${createSimulatedBearerToken(9_000_000_000)}`

function learned(world: SimulatedWorld, at: number, resourceId: string) {
  const target = `${resourceId}/getLearnedRoutes?api-version=2026-01-01`
  const given = createAzureHttpResponse(
    world,
    at,
    { method: 'POST', target, headers: { authorization } },
    { lro: 'inline' },
  )
  const wire = { status: given.status, headers: given.headers, body: given.body }
  const observation = decodePollResponse({ resourceId, subresource: '' }, 'learned', wire, {
    startedAt: at,
    finishedAt: at,
  })
  if (observation.kind !== 'learned' || observation.outcome !== 'ok')
    throw new Error(`${resourceId}: ${observation.outcome}`)
  return observation.rows
}

type Row = ReturnType<typeof learned>[number] & { gateway: string; resourceId: string }

function routeOf(row: Row, peers: readonly Peer[]): WhatIfRoute {
  const own = peers.filter(({ gateway }) => gateway.name === row.gateway)
  const by = own.find(({ neighbor }) => neighbor === row.peer) ?? own.find(({ neighbor }) => neighbor === row.nextHop)
  const [circuit = null, , path = null] = by?.role === 'msee' ? (by.source ?? '').split('/') : []
  const isVpn = by?.role === 'device'
  const weight = by?.connection?.weight ?? 0
  const behind = findConnectionOfRoute(row, {
    kind: isVpn ? 'vpn' : 'expressRoute',
    type: 'microsoft.network/virtualnetworkgateways',
    links: [{ circuit, weight }],
    pathOf: () => null,
  })
  return {
    ...row,
    ...behind,
    scope: row.gateway,
    circuit,
    path: path === 'primary' || path === 'secondary' ? path : null,
    connection: by?.connection?.name ?? null,
    peering: 'private',
    possible: [],
  }
}
