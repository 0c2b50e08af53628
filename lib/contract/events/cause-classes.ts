import type { CauseOwner } from './cause.ts'

interface CauseClassRecord {
  /**
   * parties that may be named as the owner of a cause of this class; the polls around the event decide which one is
   * named
   */
  owners: readonly CauseOwner[]
  /** reason why this owner is named; for a class without an owner, the reason why no owner can be named */
  because: string
  /** name of the owner, if it is more exact than the general name; absent = the general name is used */
  ownerName?: string
}

const oneOf =
  <const Owners extends CauseClassRecord['owners']>(...owners: Owners) =>
  (because: string) => ({ owners, because })

const nobody = oneOf('unknown')
const microsoft = oneOf('microsoft')
const ownChange = oneOf('own_change')
const onprem = oneOf('onprem')
const provider = oneOf('provider')
const onpremOrProvider = oneOf('onprem', 'provider')

/**
 * All classes of causes, with the parties that may be named as the owner. The owner stays unknown unless the polls
 * point to exactly one party. The owner of failing polls is not listed here, because it depends on their outcome
 * (`getFailedPollOwner`).
 */
export const causeClasses = {
  unknown_cause: nobody('no poll shows who is responsible'),
  before_monitoring: nobody('the state was the same when monitoring began'),
  inconsistent_answer: microsoft(
    'Azure’s answers contradict each other, and the clock of the machine that polls was not changed between them',
  ),
  state_not_reported: microsoft(
    'Azure reports the states of other sessions in the same answer, but the state of this session as Unknown',
  ),
  clock_step: { ...ownChange('the clock of the machine that polls was changed'), ownerName: 'Peerwatch’s machine' },
  own_operation: {
    ...ownChange('a check of Peerwatch found the fault in its own disk, channels, walls or alerting'),
    ownerName: 'Peerwatch’s operator',
  },
  configuration_change: ownChange('an entry of the Activity Log names the change and its caller'),
  failover_test: ownChange('Azure reports a failover test of this resource, which a user started'),
  gateway_change: ownChange(
    'Azure reports that the gateway is being changed, or the Activity Log that somebody changed it',
  ),
  gateway_migration: microsoft(
    'the subnet has a second gateway, one of the two is waiting, and the Activity Log does not name a caller who started this',
  ),
  advertised_limit_exceeded: ownChange(
    'the gateway announced nearly as many prefixes as the limit, and these prefixes are the address spaces of its networks',
  ),
  validation_pending: ownChange('Azure reports that the owner of the prefixes has not validated them'),
  gateway_fault: microsoft(
    'the instances lost all sessions with several far ends, or the sessions with the same edge router of Microsoft, while no change, limit or far end explains it',
  ),
  gateway_instance_maintenance: microsoft(
    'one instance lost every session while another kept its own to the same neighbors; Azure runs instances',
  ),
  gateway_instance_fault: microsoft('as maintenance of an instance, for longer than maintenance takes'),
  msee_device: microsoft(
    'every gateway lost the edge router when the edge router lost the customer, or the edge router shows no ARP table and no gateway reaches it',
  ),
  msee_maintenance: microsoft('AS 12076 is prepended on the path, or Service Health announces work'),
  msee_core_maintenance: microsoft('a gateway lost an edge router whose side towards the customer stayed up'),
  gateway_edge_session: microsoft(
    'a session between a gateway’s instance and an edge router, both run by Microsoft, went down or restarted, while the customer’s side of that edge router was up before and after, and no change of the gateway is known',
  ),
  peering_location_loss: microsoft(
    'circuits of several providers at one location, or both sides of the edge routers, were lost at once',
  ),
  announced_work: oneOf(
    'microsoft',
    'unknown',
  )(
    'maintenance of the resource is announced: Microsoft announces its own, while a calendar or a declared window names no party',
  ),
  microsoft_announcement: microsoft(
    'Microsoft announces other prefixes on Microsoft peering, and no change of the route filter is logged',
  ),
  optics: oneOf(
    'microsoft',
    'onprem',
  )('light that Microsoft sends is its own; light that arrives comes from the customer'),
  provider_deprovisioned: provider('only the provider can set the provider state of a circuit'),
  provider_outage: oneOf(
    'provider',
    'onprem',
  )(
    'both paths of a circuit went at once while the sessions of its gateway stayed; on Direct the wire is the customer’s',
  ),
  provider_or_customer_link: oneOf(
    'provider',
    'onprem',
  )(
    'the edge router gets no ARP answer over the wire of the path, or the router on the customer’s side reports that it received nothing more; on Direct the wire is the customer’s',
  ),
  peering_fault: onpremOrProvider(
    'another peering or address family works over the same link, so that the VLAN, the sub-interface, the VRF or a policy of this peering failed on the customer’s router, or on that of the provider if it runs BGP',
  ),
  customer_bgp: onpremOrProvider(
    'layer 2 works and BGP does not: its far end is the customer’s router, or the provider’s where that runs BGP',
  ),
  closed_by_customer: onpremOrProvider(
    'the router on the customer’s side reports that it closed the session itself, by an operator; it is the provider’s where that runs BGP',
  ),
  closed_by_microsoft: microsoft(
    'the router on the customer’s side received the NOTIFICATION by which the edge router closed the session',
  ),
  prefix_limit_exceeded: onpremOrProvider(
    'the edge router holds the session for the number of prefixes that the far end announces: the customer’s router, or the provider’s where that runs BGP',
  ),
  onprem_edge_loss: onprem(
    'all circuits of one site were lost over several providers or places while Microsoft’s side stayed up',
  ),
  ce_router_loss: onpremOrProvider(
    'paths of several circuits that end on one router fell together; it is the provider’s where that runs BGP, unless it is declared at a site',
  ),
  onprem_policy_change: oneOf(
    'onprem',
    'provider',
    'unknown',
  )(
    'the sessions stayed up, but the announcements of the far end changed: of the customer’s router, or of the provider’s if the provider runs BGP; no party is named if both take part and either may have changed',
  ),
  prefixes_announced: onpremOrProvider(
    'the counted prefixes are announced by the customer’s router, or by the provider’s if the provider runs BGP',
  ),
  prefixes_advertised: ownChange(
    'the counted prefixes are announced by the gateway: the address spaces and branches configured in Azure',
  ),
  forwarding_fault: nobody(
    'BGP and ARP work, but no bytes pass; a firewall behind the customer’s router, the core of the provider or the core of Microsoft drops them, and no poll can see inside these',
  ),
  vpn_remote_end: onprem('all that was lost is behind one remote end, while the gateway shows no fault of its own'),
  vpn_device_bgp: onprem('the tunnels to the device stayed up and BGP over them did not'),
  hub_peer: onprem(
    'other BGP peers of the same hub or Route Server kept their sessions, and the appliance is the customer’s own',
  ),
  hub_route_map: ownChange(
    'the inventory lists a route map of the hub that drops the routes, changed before they disappeared',
  ),
  global_reach: oneOf(
    'microsoft',
    'unknown',
  )(
    'a connection of two circuits falls by either of them, by its authorization or by Microsoft; between two circuits of one subscription that are up, only Microsoft is left',
  ),
} as const satisfies Record<string, CauseClassRecord>

export type CauseClass = keyof typeof causeClasses
/** Parties that may be named as the owner of a cause of this class. */
export type CauseClassOwner<Class extends CauseClass> = (typeof causeClasses)[Class]['owners'][number]
