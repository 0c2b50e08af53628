import type { WhatIfModelLimitation, WhatIfRow } from '../../api/index.ts'
import type { HubForwarding } from '#lib/gateways/answers/index.ts'
import { getRoutePath } from '../../rules/index.ts'
import { findLossesByLocation } from './location-losses.ts'
import type { WhatIfData } from './read-tables.ts'
import type { ResolvedWhatIf } from './resolve-terms.ts'

const ALWAYS: readonly WhatIfModelLimitation[] = [
  {
    id: 'user_routes',
    text: 'User-defined routes: they precede BGP for the same prefix. Those of chosen network interfaces are polled, and show what they have now alone. The /32 of a private endpoint precedes both, unless its subnet applies such routes.',
  },
  {
    id: 'aggregates',
    text: 'A summary that stays announced although what is inside it is dead; and routes that the customer would announce only after the loss.',
  },
  {
    id: 'convergence',
    text: 'How long it takes: rows are the state after all sessions have converged.',
  },
  {
    id: 'prefix_traffic',
    text: 'Bytes by prefix: Azure counts paths, so that the load of what takes over is given within bounds. Traffic of VPN tunnels and of Microsoft peering is not shifted.',
  },
  {
    id: 'gateway_limits',
    text: 'Packets and flows of gateways after the loss, and how their traffic divides between instances: limits by SKU are on the gateways’ pages, as they are used now.',
  },
]

const COST: Record<Exclude<Unsaid['cost'], 'said'>, string> = {
  hidden: 'The month’s cost: it is for those who may read costs.',
  past: 'The month’s cost: it is worked out for now, not for a moment of the past.',
  no_forecast: 'The month’s cost: no traffic that moves is billed, or no forecast was made yet.',
}

/** Properties of a what-if that decide which limitations of the model are mentioned. */
interface Unsaid {
  /** Rows of all prefixes, including those without a change. */
  rows: readonly WhatIfRow[]
  /** True if the load of paths was not computed because too many paths are involved. */
  isWide: boolean
  /** Names of the gateways whose load after the loss is unknown. */
  unmeasured: readonly string[]
  cost: 'said' | 'hidden' | 'past' | 'no_forecast'
}

/** Returns texts about the limitations of the model that matter for this what-if. */
export function listModelLimitations(
  world: WhatIfData,
  { failure, lost }: ResolvedWhatIf,
  { rows, isWide, unmeasured, cost }: Unsaid,
): WhatIfModelLimitation[] {
  const { facts, hasOthers, ribs } = world
  const open = openNeighborsIn(world, rows)
  const notes: (WhatIfModelLimitation | false)[] = [
    unmeasured.length > 0 && {
      id: 'gateway_throughput',
      text: `The load of ${unmeasured.join(', ')} after the loss: what comes to it, or its own, is not measured.`,
    },
    cost === 'said'
      ? {
          id: 'provider_cost',
          text: 'Parts of the month’s cost other than ExpressRoute circuits and their traffic, such as gateways, peerings of networks and the provider.',
        }
      : { id: 'cost', text: COST[cost] },
    open.length > 0 && {
      id: 'unmapped',
      text: `The paths of these neighbors are not known, because no table distinguishes them: ${open.join('; ')}. Prefixes that only some of them hold are unknown. To get an answer, set the circuit and path of each neighbor in the sessions of the gateway’s page.`,
    },
    isWide && {
      id: 'load_of_many',
      text: 'The load of what takes over: traffic leaves more paths than are read for one question.',
    },
    hasOthers && {
      id: 'other_customers',
      text: 'Paths of other customers to the same prefixes: they compete as they are now, whatever is lost, and are not shown.',
    },
    [...failure.prepends.keys()].some((id) => hasMicrosoftPeering(world, id)) && {
      id: 'microsoft_prepends',
      text: 'Prepends on Microsoft peering: Microsoft strips private ASNs, and its own choice of paths is not polled.',
    },
    failure.gateways.size > 0 &&
      ribs.some(
        ({ table }) =>
          table.side === 'onprem' &&
          table.routes.some(({ peering, gateway }) => peering === 'private' && gateway === null),
      ) && {
        id: 'onprem_announcers',
        text: 'Prefixes on the customer’s side of which it is not known which gateway announces them: they stay, whichever gateway is lost.',
      },
    lost.some(({ kind }) => kind === 'gateway' || kind === 'instance') && {
      id: 'gateway_failover',
      text: 'Azure replaces a failed instance automatically within minutes. Until then, the lost instance is shown.',
    },
    lost.some(({ kind }) => kind === 'location') && {
      id: 'shared_ducts',
      text: 'Other equipment in or through a location: the far ends of circuits elsewhere, and networks of providers.',
    },
    lost.some(({ kind, name }) => kind === 'location' && isInMetro(facts.topology, name)) && {
      id: 'metro_paths',
      text: 'Which path of an ExpressRoute Metro circuit ends in which of its two locations: Azure does not say. The primary is taken to end in the first.',
    },
    lost.some(({ kind, paths }) => kind === 'router' && paths.length === 0) && {
      id: 'router_addresses',
      text: 'A router none of whose declared addresses is the end of a path: nothing of it is known to be lost.',
    },
    ...hubNotes([...facts.hubs.values()]),
    facts.topology.gateways.some(({ config }) => config.kind === 'vwan') && {
      id: 'hub_paths',
      text: 'Which of a circuit’s two paths a Virtual WAN hub uses: Azure reports one route for both.',
    },
  ]
  return [...ALWAYS, ...customerPolicy(rows), ...notes.filter((note) => note !== false)]
}

/**
 * Returns texts about the neighbors of gateways whose circuit path is unknown, so that an outcome is unknown as well.
 */
function openNeighborsIn({ ribs, facts: { topology } }: WhatIfData, rows: readonly WhatIfRow[]): string[] {
  const unsure = new Set(rows.flatMap((row) => (row.outcome === 'unknown' && row.before.length > 0 ? row.scope : [])))
  const byGateway = new Map<string, Set<string>>()
  const add = (gateway: string | null, neighbor: string | null) => {
    if (gateway === null || neighbor === null) return
    byGateway.set(gateway, (byGateway.get(gateway) ?? new Set()).add(neighbor))
  }
  for (const { table } of ribs) {
    if (table.side !== 'azure' || !unsure.has(table.scope)) continue
    for (const { gateway, neighbors } of table.open ?? []) for (const neighbor of neighbors) add(gateway, neighbor)
    for (const route of table.routes)
      if (route.circuit === null && route.possible.length > 0) add(route.gateway, getRoutePath(route).peer)
  }
  const nameOf = (id: string) => topology.gateways.find(({ resource }) => resource.id === id)?.resource.name ?? id
  return [...byGateway].map(([gateway, neighbors]) => `${nameOf(gateway)}: ${[...neighbors].join(', ')}`)
}

/**
 * Returns the limitations of the model for hubs of Virtual WANs. Source:
 * learn.microsoft.com/azure/virtual-wan/how-to-routing-policies,
 * learn.microsoft.com/azure/virtual-wan/route-maps-about.
 */
function hubNotes(hubs: readonly HubForwarding[]): (WhatIfModelLimitation | false)[] {
  const named = (own: readonly HubForwarding[]) => own.map(({ hub }) => hub.name).join(', ')
  const secured = hubs.filter(({ policies }) =>
    policies?.some(({ traffic, unapplied }) => traffic === 'private' && unapplied === null),
  )
  const unapplied = hubs.filter((hub) => hub.unapplied.length > 0)
  const unread = hubs.filter(({ policies, firewallKey }) => policies === null && firewallKey !== null)
  const mapped = hubs.filter(({ routeMaps }) => routeMaps.length > 0)
  const routed = hubs.filter(({ unlistedTables }) => unlistedTables.size > 0)
  return [
    secured.length > 0 && {
      id: 'hub_firewall',
      text: `The firewall of ${named(secured)}: all private traffic of the hub passes it before the connection that is named here, but for private endpoints unless their subnet applies route tables to them. What it lets through, and that it is up, is not read.`,
    },
    unread.length > 0 && {
      id: 'hub_policies',
      text: `What ${named(unread)} sends to the firewall in it: neither the routing intent nor the default table is read.`,
    },
    unapplied.length > 0 && {
      id: 'hub_unapplied',
      text: `Configuration of ${named(unapplied)} that is not known to have effect: ${[...new Set(unapplied.flatMap((hub) => hub.unapplied))].join(' ')}`,
    },
    routed.length > 0 && {
      id: 'hub_tables',
      text: `Networks with a route table of a hub that is not listed (${routed.map(formatUnlistedTables).join('; ')}): the effect on them is unknown. To get an answer, check on the page Sources whether Peerwatch has the right Microsoft.Network/virtualHubs/hubRouteTables/read, or ask the owner of the hub.`,
    },
    mapped.length > 0 && {
      id: 'route_maps',
      text: `Route maps of ${named(mapped)}: what they would do to routes that come only after the loss. Whether Azure lists inbound routes before or after a map is not documented.`,
    },
  ]
}

/**
 * Returns a text about the connections of a hub that use a route table that is not listed:
 * `vhub: conn-a, conn-b by rt-spokes`.
 */
const formatUnlistedTables = ({ hub, unlistedTables }: HubForwarding): string =>
  `${hub.name}: ${[...unlistedTables].map(([table, names]) => `${names.join(', ')} by ${table}`).join(', ')}`

/**
 * Returns the limitations of the model for the paths that the customer's routers choose. They apply to prefixes for
 * which the routers do not report their choice.
 */
function customerPolicy(rows: readonly WhatIfRow[]): WhatIfModelLimitation[] {
  const bases = rows.flatMap(({ basis }) => basis ?? [])
  const count = (is: (typeof bases)[number]['is']) => bases.filter((basis) => basis.is === is).length
  const [assumed, partly] = [count('assumed'), count('partly_reported')]
  const isAnyReported = assumed < bases.length
  const of = isAnyReported ? `For ${assumed} of ${bases.length} prefixes on the customer’s side: the` : 'The'
  const notes: (WhatIfModelLimitation | false)[] = [
    (assumed > 0 || !isAnyReported) && {
      id: 'customer_policy',
      text: `${of} customer’s weights, local preferences and IGP: which of the offered paths his routers take is assumed by AS path, ExpressRoute before VPN. Routers that report by BMP say it.`,
    },
    isAnyReported && {
      id: 'customer_weights',
      text: 'Weights and the IGP of the customer’s routers, and which of equal routes each takes: no report by BMP has them. Where every path is reported, local preference, AS path, origin and MED decide.',
    },
    partly > 0 && {
      id: 'customer_vpn',
      text: `For ${partly} of ${bases.length} prefixes on the customer’s side: that a VPN comes after ExpressRoute is assumed, because no router reports its routes.`,
    },
  ]
  return notes.filter((note) => note !== false)
}

const isInMetro = (topology: WhatIfData['facts']['topology'], location: string) =>
  topology.circuits.some((circuit) =>
    findLossesByLocation(circuit, topology).some((one) => one.location === location && one.paths.length === 1),
  )

const hasMicrosoftPeering = ({ facts }: WhatIfData, circuit: string) =>
  facts.paths.some((path) => path.circuit === circuit && path.peering === 'microsoft')
