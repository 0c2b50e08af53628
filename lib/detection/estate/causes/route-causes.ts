import type { Cause, EventKind } from '#lib/contract/index.ts'
import { cause } from './wording.ts'

/** Where a rule about routes speaks for who did it: what was told otherwise, by whom, and what to ask them. */
const causes: Partial<Record<EventKind, Cause>> = {
  parity_mismatch: cause(
    'onprem_policy_change',
    'onprem',
    0.7,
    'Both sessions are up: compare the outbound policy of the two customer routers for the prefixes that are named.',
  ),
  unintended_active_passive: cause(
    'onprem_policy_change',
    'onprem',
    0.7,
    'Ask whoever runs the customer routers why one of them prepends; if it is meant, declare the policy.',
  ),
  unexpected_active_active: cause(
    'onprem_policy_change',
    'onprem',
    0.7,
    'The standby is announced as the preferred circuit is: ask for its prepend, or declare the policy anew.',
  ),
  instance_divergence: cause(
    'gateway_fault',
    'microsoft',
    0.5,
    'Both instances have the session: compare what each learned from this neighbor. If it goes on, open a support case for the gateway.',
  ),
  failback_pending: cause(
    'onprem_policy_change',
    'onprem',
    0.5,
    'What is home is up again: look whether its router announces all prefixes, and at the weight of its connection.',
  ),
  origin_change: cause(
    'onprem_policy_change',
    'onprem',
    0.5,
    'Ask who owns the origin ASN; a prefix that somebody else originates takes its traffic with it.',
  ),
  unexpected_transit: cause(
    'onprem_policy_change',
    'onprem',
    0.7,
    'A router announces what it heard from another network: ask for its outbound filter.',
  ),
  more_specific: cause(
    'onprem_policy_change',
    'onprem',
    0.7,
    'The longer prefix takes its addresses away from the known way: ask whoever announces it whether that is meant.',
  ),
  microsoft_prefixes_changed: cause(
    'microsoft_announcement',
    'microsoft',
    0.5,
    'Look at the route filter of the peering; without a change there Microsoft announces other prefixes.',
  ),
  public_prefixes_not_validated: cause(
    'validation_pending',
    'own_change',
    0.7,
    'Prove to Microsoft that the prefixes are yours: registry entry and ASN must agree, or open a support case.',
  ),
}

/** The cause that the kind of an event about routes names by itself; empty = it names none. */
export function routeCauses(kind: EventKind): Cause[] {
  const known = causes[kind]
  return known ? [known] : []
}
