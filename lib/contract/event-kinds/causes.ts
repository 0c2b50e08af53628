import type { Cause } from '../events/cause.ts'
import { STOPPED_POLLS_NEXT_STEP } from '../words/stopped-polls.ts'
import { type EventKindCause, CAUSE_FROM_EVIDENCE, createPolicyChangeCause } from './cause-record.ts'
import type { EventKind } from './index.ts'

export { type EventKindCause, UNKNOWN_CAUSE_NEXT_STEP } from './cause-record.ts'

export const FAILING_POLLS_NEXT_STEP = 'Open Sources to see which polls fail, why, and what to do.'

/** Cause of events about failing polls. Their owner depends on the outcome of the polls (words/outcome-remedies.ts). */
const BY_OUTCOME = {
  from: 'rule',
  owner: 'unknown',
  nextStep: FAILING_POLLS_NEXT_STEP,
} as const

/** Cause of faults that Peerwatch's checks find in its own disk, channels, walls or alerting. */
const OWN_OPERATION = { from: 'kind', class: 'own_operation', owner: 'own_change', confidence: 1 } as const

const FORWARDING_FAULT = {
  from: 'kind',
  class: 'forwarding_fault',
  owner: 'unknown',
  confidence: 0.5,
  nextStep:
    'BGP and ARP are healthy, but no bytes pass. Check firewalls and filters behind the customer router, then ask the provider to check its core network.',
} as const

const INCONSISTENT_ANSWER = {
  from: 'rule',
  class: 'inconsistent_answer',
  owner: 'microsoft',
  confidence: 0.5,
  nextStep:
    'No action for the network, because Azure answered from a cache or from another view. If this continues, compare connectedDuration with your own router.',
} as const

/**
 * Cause of VPN failures. The device at the far end and the Internet in between are not part of Azure, and fail more
 * often than Azure.
 */
const VPN_REMOTE_END = {
  from: 'kind',
  class: 'vpn_remote_end',
  owner: 'onprem',
  confidence: 0.5,
  nextStep:
    'Check the device at the far end and its Internet access, then IKE on both sides; Azure logs it in IKEDiagnosticLog.',
} as const

/** Causes by event kind. For kinds that are not listed, the cause is derived only from the polls around the event. */
const causes = {
  // events about sessions
  session_up: {
    from: 'evidence',
    owner: 'unknown',
    nextStep: 'No action is needed, because the session is established.',
  },
  router_silent: {
    from: 'evidence',
    owner: 'unknown',
    nextStep: 'Check that the router runs, and that its management network reaches the BMP station.',
  },
  announcement_changed: createPolicyChangeCause(
    'Ask the operator of the customer router for changes of its announcements and outbound policy in these minutes.',
  ),
  session_restart_unproven: INCONSISTENT_ANSWER,
  duration_inconsistent: INCONSISTENT_ANSWER,
  session_unknown: {
    from: 'rule',
    class: 'state_not_reported',
    owner: 'microsoft',
    confidence: 0.5,
    nextStep:
      'No action for the network, because Azure answers without the state of this session. Check the router of the neighbor. If this continues, ask Microsoft.',
  },
  initial_state: {
    from: 'rule',
    class: 'before_monitoring',
    owner: 'unknown',
    confidence: 0,
    nextStep:
      'These sessions were not established when monitoring began, so the start of their outage is unknown. Check which of them should be up.',
  },

  // events about paths and circuits
  prefix_limit_exceeded: {
    from: 'kind',
    class: 'prefix_limit_exceeded',
    owner: 'onprem',
    confidence: 1,
    nextStep:
      'Summarise or filter the prefixes that the customer router announces. Below the limit the session comes back automatically.',
  },
  parity_mismatch: createPolicyChangeCause(
    'Both sessions are up: compare the outbound policies of the two customer routers for the listed prefixes.',
  ),
  unintended_active_passive: createPolicyChangeCause(
    'Ask the operator of the customer routers why one of them prepends; if that is intended, declare the policy.',
  ),
  unexpected_active_active: createPolicyChangeCause(
    'The standby circuit is announced like the preferred circuit. Ask for a prepend on the standby circuit, or change the declared policy.',
  ),
  n1_stranding: createPolicyChangeCause(
    'Sessions stayed up: ask the operator of the customer routers why they announce these prefixes on fewer circuits.',
  ),
  global_reach_disconnected: {
    from: 'kind',
    class: 'global_reach',
    owner: 'unknown',
    confidence: 0.5,
    nextStep:
      'Check private peering of both circuits and the authorization that the connection was made with. If both are in order, open a support case that names both circuits.',
  },
  port_light_low: {
    from: 'rule',
    owner: 'onprem',
    nextStep: 'Check the optics and the cross-connect of this link.',
  },

  // events about gateways
  gateway_isolated: {
    from: 'kind',
    class: 'gateway_fault',
    owner: 'microsoft',
    confidence: 0.5,
    nextStep: 'Open a support case for the gateway, naming these bounds.',
  },
  instance_divergence: {
    from: 'kind',
    class: 'gateway_fault',
    owner: 'microsoft',
    confidence: 0.5,
    nextStep:
      'Both instances have the session. Compare the routes that each instance learned from this neighbor. If the difference remains, open a support case for the gateway.',
  },
  connection_down: VPN_REMOTE_END,
  tunnel_down: VPN_REMOTE_END,

  // events about the best path
  failback_pending: {
    from: 'kind',
    class: 'onprem_policy_change',
    owner: 'onprem',
    confidence: 0.5,
    nextStep:
      'The usual path is up again: check that its router announces all prefixes, and the weight of its connection.',
  },
  best_path_shift: createPolicyChangeCause(
    'Ask the operator of the customer router for changes of prepends or announcements.',
  ),
  intent_deviation: {
    from: 'evidence',
    owner: 'unknown',
    nextStep:
      'Make the declared primary carry these prefixes (prepends, connection weights), or declare the intended circuit as primary.',
  },

  // events about routes
  mass_withdraw: createPolicyChangeCause(
    'Sessions stayed up: ask the operator of the customer router for changes of its outbound policy in these minutes.',
  ),
  mass_announce: {
    from: 'rule',
    class: 'onprem_policy_change',
    owner: 'onprem',
    confidence: 0.7,
    nextStep:
      'Ask the operator of the customer router which prefixes were added, or which filter or summary was removed.',
  },
  own_space_heard: {
    from: 'rule',
    class: 'onprem_policy_change',
    owner: 'onprem',
    confidence: 0.7,
    nextStep:
      'Ask the operator of the customer router why it announces address space of a virtual network. Filter that space outbound, or renumber one side.',
  },
  default_route_appeared: {
    from: 'rule',
    class: 'onprem_policy_change',
    owner: 'onprem',
    confidence: 0.7,
    nextStep:
      'Ask the operator of the customer router whether the default route is meant for Azure; if not, filter it outbound.',
  },
  origin_change: {
    from: 'kind',
    class: 'onprem_policy_change',
    owner: 'onprem',
    confidence: 0.5,
    nextStep:
      'Find out who owns the origin ASN, because a prefix that another network originates attracts its traffic.',
  },
  unexpected_transit: createPolicyChangeCause(
    'A router announces routes that it learned from another network. Ask its operator to check the outbound filter.',
  ),
  more_specific: createPolicyChangeCause(
    'The longer prefix moves the traffic of its addresses away from the known path. Ask the network that announces it whether that is intended.',
  ),
  microsoft_prefixes_changed: {
    from: 'kind',
    class: 'microsoft_announcement',
    owner: 'microsoft',
    confidence: 0.5,
    nextStep:
      'Check the route filter of the peering. If the filter did not change, Microsoft changed the prefixes that it announces.',
  },
  public_prefixes_not_validated: {
    from: 'kind',
    class: 'validation_pending',
    owner: 'own_change',
    confidence: 0.7,
    nextStep:
      'Prove to Microsoft that the prefixes are yours: registry entry and ASN must agree, or open a support case.',
  },

  // events about traffic
  green_but_dead: FORWARDING_FAULT,
  one_way_traffic: FORWARDING_FAULT,

  // events about configuration
  provider_state_changed: {
    from: 'kind',
    class: 'provider_deprovisioned',
    owner: 'provider',
    confidence: 0.95,
    nextStep: 'Ask the provider who changed the provisioning of this circuit.',
  },
  loss_ahead: {
    from: 'rule',
    owner: 'unknown',
    nextStep: 'Open Resilience, Weeks ahead. Move the work, or prepare for the loss of the paths listed there.',
  },
  lag_link_reduced: {
    from: 'evidence',
    owner: 'unknown',
    nextStep:
      'Find out who disabled the link or its ports; the Activity Log of the LAG names the caller. Enable them again in Azure.',
  },
  network_peering_disconnected: {
    from: 'evidence',
    owner: 'unknown',
    nextStep:
      'Find out who deleted one side; the Activity Log of either network names the caller. Both sides must be created again.',
  },
  network_peering_out_of_sync: {
    from: 'evidence',
    owner: 'unknown',
    nextStep: 'Sync the peering: az network vnet peering sync, on the side that is not in sync.',
  },

  // events about Peerwatch's own monitoring
  alerting_unproved: {
    ...OWN_OPERATION,
    nextStep: 'Repair the broken link that the evidence names.',
  },
  channel_failing: {
    ...OWN_OPERATION,
    nextStep: 'Open Settings, Notifications to see the receiver’s answer. Test the channel after the repair.',
  },
  storage_low: {
    ...OWN_OPERATION,
    nextStep: 'Free disk space, enlarge the disk, or shorten RETAIN_RAW or RETAIN_HISTORY.',
  },
  deletion_held: {
    ...OWN_OPERATION,
    nextStep:
      'Check the clock of the database. If it is right, Peerwatch was off for days: confirm the deletion under Settings, Notifications.',
  },
  screen_silent: {
    ...OWN_OPERATION,
    nextStep: 'Restart its browser. If it was taken down, remove it under Settings, Notifications.',
  },
  clock_step: {
    from: 'rule',
    owner: 'own_change',
    nextStep: 'Check the time service (NTP) of the machine. The time bounds of single polls remain valid.',
  },
  collector_error: BY_OUTCOME,
  collector_degraded: BY_OUTCOME,
  nothing_polled: {
    from: 'rule',
    owner: 'unknown',
    nextStep: STOPPED_POLLS_NEXT_STEP,
  },
} as const satisfies Partial<Record<EventKind, EventKindCause>>

type KindWithCause = {
  [Kind in keyof typeof causes]: (typeof causes)[Kind] extends { class: string } ? Kind : never
}[keyof typeof causes]

/** Returns the cause that is defined for an event kind, and how the cause of a single event is found. */
export const getCauseOfEventKind = (kind: EventKind): EventKindCause =>
  (causes as Partial<Record<EventKind, EventKindCause>>)[kind] ?? CAUSE_FROM_EVIDENCE

/**
 * Returns the cause that events of a kind have if no evidence shows another cause; null if the kind has no such
 * default.
 */
export function findDefaultCause(kind: KindWithCause): Cause
export function findDefaultCause(kind: EventKind): Cause | null
export function findDefaultCause(kind: EventKind): Cause | null {
  const cause = getCauseOfEventKind(kind)
  if (!('class' in cause)) return null
  const { from: _, ...stated } = cause
  return { ...stated, evidence: [] }
}
