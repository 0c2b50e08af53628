import type { CauseOwner } from './cause.ts'

interface CauseClassRecord {
  /** whom an event of this class may name: one of them, by what is polled */
  owners: readonly CauseOwner[]
  /** what shows that it is theirs; of a class that names nobody, why */
  because: string
}

/**
 * Every class of causes of what happens to the network, with whom it may name and by what evidence. Nobody is named by default: a class
 * names an owner only where what was polled leads to him and to nobody else. Causes of polls that fail are named by their outcome
 * (`outcomeOwner`).
 */
export const causeClasses = {
  unknown_cause: { owners: ['unknown'], because: 'nothing that is polled leads to anybody' },
  before_monitoring: { owners: ['unknown'], because: 'it was so when monitoring began' },
  inconsistent_answer: {
    owners: ['microsoft'],
    because: 'answers of Azure contradict each other, and the own clock was not set between them',
  },
  state_not_reported: {
    owners: ['microsoft'],
    because: 'Azure reports the state of other sessions in the same answer, and of this one that it does not know it',
  },
  clock_step: { owners: ['own_change'], because: 'the clock of the machine that polls was set' },
  configuration_change: {
    owners: ['own_change'],
    because: 'an entry of the Activity Log names the change and its caller',
  },
  gateway_change: {
    owners: ['own_change'],
    because: 'Azure reports that the gateway is being changed, or the Activity Log that somebody changed it',
  },
  advertised_limit_exceeded: {
    owners: ['own_change'],
    because: 'the gateway announced nearly the limit, and what it announces are the address spaces of its networks',
  },
  validation_pending: {
    owners: ['own_change'],
    because: 'Azure reports that the owner of the prefixes has not proved them to be his',
  },
  gateway_fault: {
    owners: ['microsoft'],
    because:
      'the instances themselves fail: all sessions with several far ends, or those with the same edge router of Microsoft, while no change, limit or far end explains it',
  },
  gateway_instance_maintenance: {
    owners: ['microsoft'],
    because: 'one instance lost every session while another kept its own to the same neighbors; Azure runs instances',
  },
  gateway_instance_fault: {
    owners: ['microsoft'],
    because: 'as maintenance of an instance, for longer than maintenance takes',
  },
  msee_device: {
    owners: ['microsoft'],
    because: 'the edge router shows no ARP table at all for the path, and its session with the gateway is down too',
  },
  msee_maintenance: {
    owners: ['microsoft'],
    because: 'AS 12076 is prepended on the path, or Service Health announces work',
  },
  msee_core_maintenance: {
    owners: ['microsoft'],
    because: 'a gateway lost an edge router whose side towards the customer stayed up',
  },
  gateway_edge_session: {
    owners: ['microsoft'],
    because:
      'a session restarted of which Microsoft runs both ends, a gateway’s instance and an edge router, while the customer’s side of that edge router was up before and after, and no change of the gateway is known',
  },
  peering_location_loss: {
    owners: ['microsoft'],
    because: 'circuits of several providers at one location, or both sides of the edge routers, were lost at once',
  },
  microsoft_announcement: {
    owners: ['microsoft'],
    because: 'Microsoft announces other prefixes on Microsoft peering, and no change of the route filter is logged',
  },
  optics: {
    owners: ['microsoft', 'onprem'],
    because: 'light that Microsoft sends is its own; light that arrives comes from the customer',
  },
  provider_deprovisioned: {
    owners: ['provider'],
    because: 'only the provider can set the provider state of a circuit',
  },
  provider_outage: {
    owners: ['provider', 'onprem'],
    because:
      'both paths of a circuit went at once while the sessions of its gateway stayed; on Direct the wire is the customer’s',
  },
  provider_or_customer_link: {
    owners: ['provider', 'onprem'],
    because:
      'the edge router gets no ARP answer over the wire of the path, or the router on the customer’s side reports that it received nothing more; on Direct the wire is the customer’s',
  },
  customer_bgp: {
    owners: ['onprem', 'provider'],
    because:
      'layer 2 works and BGP does not: its far end is the customer’s router, or the provider’s where that runs BGP',
  },
  closed_by_customer: {
    owners: ['onprem', 'provider'],
    because:
      'the router on the customer’s side reports that it closed the session itself, by an operator; it is the provider’s where that runs BGP',
  },
  closed_by_microsoft: {
    owners: ['microsoft'],
    because: 'the router on the customer’s side received the NOTIFICATION by which the edge router closed the session',
  },
  prefix_limit_exceeded: {
    owners: ['onprem', 'provider'],
    because:
      'the edge router holds the session for the number of prefixes that the far end announces: the customer’s router, or the provider’s where that runs BGP',
  },
  onprem_edge_loss: {
    owners: ['onprem'],
    because: 'all circuits of one site were lost over several providers or places while Microsoft’s side stayed up',
  },
  ce_router_loss: {
    owners: ['onprem', 'provider'],
    because:
      'paths of several circuits that end on one router fell together; it is the provider’s where that runs BGP, unless it is declared at a site',
  },
  onprem_policy_change: {
    owners: ['onprem', 'provider', 'unknown'],
    because:
      'the sessions stayed up and what the far end announces is what changed: the customer’s router, or the provider’s where that runs BGP; nobody where both take part and either may have changed',
  },
  prefixes_announced: {
    owners: ['onprem', 'provider'],
    because:
      'what is counted are the prefixes that the customer’s router announces, or the provider’s where that runs BGP',
  },
  prefixes_advertised: {
    owners: ['own_change'],
    because: 'what is counted is what the gateway announces: the address spaces and branches configured in Azure',
  },
  forwarding_fault: {
    owners: ['unknown'],
    because:
      'BGP and ARP work and no bytes pass: a firewall behind the customer’s router, the core of the provider or that of Microsoft drops them, and no poll sees inside any',
  },
  vpn_remote_end: {
    owners: ['onprem'],
    because: 'all that was lost is behind one remote end, while the gateway shows no fault of its own',
  },
  vpn_device_bgp: { owners: ['onprem'], because: 'the tunnels to the device stayed up and BGP over them did not' },
  hub_peer: {
    owners: ['onprem'],
    because:
      'other BGP peers of the same hub or Route Server kept their sessions, and the appliance is the customer’s own',
  },
  global_reach: {
    owners: ['unknown'],
    because: 'a connection of two circuits falls by either of them, by its authorization or by Microsoft',
  },
} as const satisfies Record<string, CauseClassRecord>

export type CauseClass = keyof typeof causeClasses
/** Whom a class may name. */
export type OwnerOf<Class extends CauseClass> = (typeof causeClasses)[Class]['owners'][number]
