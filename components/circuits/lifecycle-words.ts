import type { CommissioningStep, DecommissioningStep, LifecycleState } from '#lib/resilience/api/index.ts'
import type { StatusWords } from '../ui/status.tsx'

export const lifecycleStatus: Readonly<Record<LifecycleState, StatusWords>> = {
  done: { tone: 'up', word: 'DONE' },
  open: { tone: 'off', word: 'OPEN' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
}

export const commissioningWords: Readonly<Record<CommissioningStep, string>> = {
  service_key_requested: 'Service key requested',
  provider_provisioned: 'Provisioned by the provider',
  peering_configured: 'Peering configured',
  arp_complete: 'ARP complete',
  bgp_established: 'BGP established',
  routes_received: 'Routes received',
  gateway_connected: 'Connected to a gateway',
  traffic_moving: 'Traffic moving',
}

export const decommissioningWords: Readonly<Record<DecommissioningStep, string>> = {
  traffic_diverted: 'Traffic diverted',
  routes_withdrawn: 'Routes withdrawn',
  connections_deleted: 'Connections deleted',
  global_reach_deleted: 'Global Reach connections deleted',
  authorizations_deleted: 'Authorizations deleted',
  peerings_deleted: 'Peerings deleted',
  provider_deprovisioned: 'Deprovisioned by the provider',
  circuit_deleted: 'Circuit deleted',
}
