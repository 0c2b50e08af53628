import { expect, it } from 'vitest'
import { type CauseClass, causeClasses } from './cause-classes.ts'
import type { CauseOwner } from './cause.ts'
import { getCauseOfEventKind, findDefaultCause } from '../event-kinds/causes.ts'
import { eventKinds } from '../event-kinds/index.ts'

/** Owners that each class may name. A new class, or a changed owner, must be added here. */
const OWNERS: Record<CauseClass, CauseOwner[]> = {
  unknown_cause: ['unknown'],
  before_monitoring: ['unknown'],
  forwarding_fault: ['unknown'],
  global_reach: ['microsoft', 'unknown'],
  clock_step: ['own_change'],
  own_operation: ['own_change'],
  configuration_change: ['own_change'],
  failover_test: ['own_change'],
  gateway_change: ['own_change'],
  advertised_limit_exceeded: ['own_change'],
  prefixes_advertised: ['own_change'],
  hub_route_map: ['own_change'],
  validation_pending: ['own_change'],
  inconsistent_answer: ['microsoft'],
  state_not_reported: ['microsoft'],
  gateway_fault: ['microsoft'],
  gateway_migration: ['microsoft'],
  gateway_instance_maintenance: ['microsoft'],
  gateway_instance_fault: ['microsoft'],
  msee_device: ['microsoft'],
  msee_maintenance: ['microsoft'],
  msee_core_maintenance: ['microsoft'],
  gateway_edge_session: ['microsoft'],
  peering_location_loss: ['microsoft'],
  announced_work: ['microsoft', 'unknown'],
  microsoft_announcement: ['microsoft'],
  optics: ['microsoft', 'onprem'],
  provider_deprovisioned: ['provider'],
  provider_outage: ['provider', 'onprem'],
  provider_or_customer_link: ['provider', 'onprem'],
  customer_bgp: ['onprem', 'provider'],
  peering_fault: ['onprem', 'provider'],
  prefix_limit_exceeded: ['onprem', 'provider'],
  prefixes_announced: ['onprem', 'provider'],
  onprem_edge_loss: ['onprem'],
  closed_by_customer: ['onprem', 'provider'],
  closed_by_microsoft: ['microsoft'],
  ce_router_loss: ['onprem', 'provider'],
  onprem_policy_change: ['onprem', 'provider', 'unknown'],
  vpn_remote_end: ['onprem'],
  vpn_device_bgp: ['onprem'],
  hub_peer: ['onprem'],
}

it.each(Object.entries(OWNERS))('%s names nobody but %j, and says by what evidence', (name, owners) => {
  const { owners: allowed, because } = causeClasses[name as CauseClass]
  expect([...allowed]).toEqual(owners)
  expect(because).toMatch(/^[^.]{20,}$/)
})

it('holds every class once', () => {
  expect(Object.keys(OWNERS).toSorted()).toEqual(Object.keys(causeClasses).toSorted())
})

it.each(eventKinds)('%s names by default only whom the class of its cause may name', (kind) => {
  const stated = findDefaultCause(kind)
  const cause = getCauseOfEventKind(kind)
  if (stated) expect(OWNERS[stated.class as CauseClass]).toContain(stated.owner)
  else if (cause.from === 'evidence') expect(cause.owner).toBe('unknown')
  else expect(['unknown', 'own_change', 'onprem']).toContain(cause.owner)
})
