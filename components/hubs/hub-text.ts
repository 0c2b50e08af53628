import type { Hub, HubConnection, HubGateway, HubLink, HubPeerDetails } from '#lib/gateways/api/index.ts'
import { FIRST_ROUTE_MAP_NOTE } from '#lib/contract/vocabulary.ts'
import { formatBytes, formatCountWithSeparators } from '../format/quantity.ts'
import type { StatusText } from '../ui/status.tsx'

const statuses: Record<Hub['state'], StatusText> = {
  healthy: { tone: 'up', word: 'PROVISIONED' },
  changing: { tone: 'notice', word: 'CHANGING' },
  failed: { tone: 'down', word: 'FAILED' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}
export const getHubStatus = ({ state }: Pick<Hub, 'state'>): StatusText => statuses[state]

export const hubStatesWorstFirst: Hub['state'][] = ['failed', 'unknown', 'changing', 'healthy']

const preferences: Record<Hub['routingPreference'], string> = {
  expressRoute: 'ExpressRoute',
  vpn: 'VPN',
  asPath: 'AS path',
}
export const formatRoutingPreference = (preference: Hub['routingPreference']) => preferences[preference]

export const formatHubKind = ({ kind, wan }: Pick<Hub, 'kind' | 'wan'>) =>
  kind === 'routeServer' ? 'Route Server' : `hub of ${wan ?? 'a Virtual WAN'}`

export const formatGatewayKind = ({ kind }: Pick<HubGateway, 'kind'>) => (kind === 'vpn' ? 'VPN' : 'ExpressRoute')

/**
 * Describes which traffic a hub sends to its firewall: `private traffic to azfw, Internet traffic to azfw`. Returns
 * null if the hub's policies are unknown.
 */
export const formatFirewallTraffic = ({ policies }: Pick<Hub, 'policies'>): string | null =>
  policies &&
  (policies
    .map(({ traffic, firewall, unapplied }) =>
      [
        `${traffic === 'private' ? 'private' : 'Internet'} traffic to ${firewall}`,
        ...(unapplied === null ? [] : [`(configured only. ${unapplied})`]),
      ].join(' '),
    )
    .join(', ') ||
    'nothing')

/**
 * Formats the configured router units of a hub, their capacity and the units in use: `2, for 2,000 virtual machines in
 * its networks; 1 in use`. Returns null if they are unknown.
 */
export const formatRouterUnits = ({ router }: Pick<Hub, 'router'>): string | null =>
  router &&
  [
    `${router.units}, for ${formatCountWithSeparators(router.machines)} virtual machines in its networks`,
    router.inUse === null ? 'those in use are not reported' : `${router.inUse} in use`,
  ].join('; ')

/** Formats the number of prefixes in a route table. It is null (unknown) if the table was not polled recently. */
export const formatTablePrefixCount = (prefixes: number | null): string =>
  prefixes === null ? 'unknown' : String(prefixes)

/**
 * Describes the route maps of a hub or Route Server. If a Route Server has no route map yet, the text warns that adding
 * the first one delays all other changes, and for how long.
 */
export function formatRouteMaps({ kind, routeMaps }: Pick<Hub, 'kind' | 'routeMaps'>): string {
  if (routeMaps.length > 0)
    return routeMaps.map(({ name, unapplied }) => (unapplied === null ? name : `${name} (${unapplied})`)).join(', ')
  return kind === 'hub' ? 'none' : `none. ${FIRST_ROUTE_MAP_NOTE} Attach it in announced work.`
}

/** Returns the name of the circuit or on-premises site to which a hub's connection leads. */
export const formatHubConnectionFarEnd = ({ circuitName, site }: Pick<HubConnection, 'circuitName' | 'site'>): string =>
  circuitName ?? site ?? 'not named by Azure'

/** Returns the connections of all gateways of a hub, each with its gateway. */
export const listHubConnections = ({
  gateways,
}: Pick<Hub, 'gateways'>): { gateway: HubGateway; connection: HubConnection }[] =>
  gateways.flatMap((gateway) => gateway.connections.map((connection) => ({ gateway, connection })))

export const hubPeerStatuses: Record<HubPeerDetails['state'], StatusText> = {
  up: { tone: 'up', word: 'UP' },
  down: { tone: 'down', word: 'DOWN' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

/** Formats Azure's status of a link, and its bytes since the link came up: `Connected · 1.2 GB in, 3 GB out`. */
export function formatHubVpnLinkState({ azureStatus, bytesIn, bytesOut, bgp }: HubLink): string {
  const bytes = bytesIn === null && bytesOut === null ? null : `${bytesText(bytesIn)} in, ${bytesText(bytesOut)} out`
  return [azureStatus ?? 'not polled yet', bytes, bgp === false ? 'no BGP' : null].filter(Boolean).join(' · ')
}

const bytesText = (bytes: string | null) => (bytes === null ? 'unknown' : formatBytes(bytes))

/** Formats the number of routes of each router instance of a hub: `IN_0 3, IN_1 3`. */
export function formatInstanceRoutes(tables: HubPeerDetails['learned']): string {
  if (tables === null) return 'not polled yet'
  if (tables.length === 0) return 'no routes'
  return tables.map(({ instance, routes }) => `${instance.replace(/^RouteServiceRole_/i, '')} ${routes}`).join(', ')
}
