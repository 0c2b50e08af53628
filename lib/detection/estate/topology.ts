import type { CircuitPath } from '#lib/contract/index.ts'
import type { GatewayKind, Intent } from '../verdict/index.ts'

/** What detection must know of one group of connected things; made from the recorded inventory and mapping. */
export interface Topology {
  circuits: CircuitNode[]
  gateways: GatewayNode[]
  mappings: Mapping[]
  /** declared by an operator; empty until there are any */
  sites: Site[]
}

export interface CircuitNode {
  scope: string
  name: string
  provider: string | null
  location: string | null
  connectivity: 'exchange' | 'telco' | 'direct' | null
  bandwidthBps: number | null
  premium: boolean
  peerings: PeeringNode[]
  /** whether each prefix that it carries has been heard over another circuit or gateway too; null = not known */
  backedUp: boolean | null
}

export interface PeeringNode {
  /** as in the part of a source: `AzurePrivatePeering` */
  name: string
  intent: Intent
  /** the customer's router on each path; null = the path has no link subnet */
  customers: Record<CircuitPath, string | null>
}

export interface GatewayNode {
  scope: string
  name: string
  kind: GatewayKind
  provisioningState: string | null
  /** scopes of the circuits that it is connected to */
  circuits: string[]
}

/** Which path of which circuit an MSEE neighbor of a gateway is. */
export interface Mapping {
  gateway: string
  neighbor: string
  circuit: string
  path: CircuitPath
  confidence: 'certain' | 'inferred'
}

export interface Site {
  name: string
  prefixes: string[]
  home: string | null
}

export const NOTHING_CONNECTED: Topology = { circuits: [], gateways: [], mappings: [], sites: [] }

/** The scopes of a group, sorted: they are locked in this order. */
export function scopesOf({ circuits, gateways }: Topology): string[] {
  return [...circuits, ...gateways].map(({ scope }) => scope).toSorted()
}
