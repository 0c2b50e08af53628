import { getSampleBounds, createSampleEvidence } from '../../../model/create-event.ts'
import { type TimestampBounds, INSTANT_BEFORE_MONITORING, type PublicPrefixes } from '#lib/contract/index.ts'
import { listConfigChanges, type PollSignal } from '../../../model/signal.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import type { CircuitPeeringNode, FindScopeOfResource } from '../../../model/topology.ts'
import type { DetectionContext } from '../../../model/context.ts'
import { judgeProvisioningLayer } from '../../../verdict/index.ts'

/**
 * Raises public_prefixes_not_validated if Microsoft has not validated public prefixes that a customer wants to announce
 * on Microsoft peering. Microsoft accepts only validated prefixes.
 * Azure's `advertisedPublicPrefixesState` has four values. Configured: validated. ValidationNeeded: a proof of
 * ownership is required. NotConfigured: a problem only if prefixes are listed. Configuring: not decided yet. Sources:
 * Azure REST, ExpressRouteCircuitPeeringConfig; Azure documentation, "Create and modify peering".
 */
export function evaluatePublicPrefixes(
  context: DetectionContext,
  signals: readonly PollSignal[],
  scopeOfResource: FindScopeOfResource,
): void {
  const { mark, topology } = context
  if (mark.kind !== 'inventory') return
  const changes = listConfigChanges(signals)
  for (const { scope, peerings } of topology.circuits) {
    const change = changes.find(({ resourceId }) => scopeOfResource(resourceId) === scope)
    if (!change) continue
    for (const peering of peerings) raise(context, scope, peering, change.op === 'changed' ? change.between : null)
  }
}

function raise(
  context: DetectionContext,
  scope: string,
  peering: CircuitPeeringNode,
  changed: TimestampBounds | null,
): void {
  const { mark } = context
  const stated = (peering.publicPrefixes ?? []).filter((one) => isLackingIn(one) !== false)
  updateEventByCondition(context, {
    kind: 'public_prefixes_not_validated',
    scope,
    subject: peering.name,
    holds: isLacking(peering),
    since: changed ?? { earliest: INSTANT_BEFORE_MONITORING, latest: mark.finishedAt },
    severity: 'warning',
    atFirstSight: true,
    evidence: [
      createSampleEvidence(
        'advertisedPublicPrefixesState',
        stated.map(({ state, prefixes }) => `${state}: ${prefixes.slice(0, 20).join(', ')}`).join('; '),
        getSampleBounds(mark),
      ),
    ],
  })
}

/**
 * Reports whether validation is missing for at least one IP version. Null if it is missing for none of them with
 * certainty, but unknown for at least one.
 */
function isLacking({ publicPrefixes: reported = [], intent }: CircuitPeeringNode): boolean | null {
  // Microsoft accepts no prefixes on a peering that is disabled, being deleted, or not provisioned by the provider.
  // Validation is then not required.
  if (judgeProvisioningLayer(intent) === 'disabled') return false
  const lacking = reported.map(isLackingIn)
  return lacking.includes(true) ? true : lacking.includes(null) ? null : false
}

function isLackingIn({ state, prefixes }: PublicPrefixes): boolean | null {
  switch (state?.toLowerCase()) {
    case 'validationneeded':
      return true
    case 'notconfigured':
      return prefixes.length > 0
    case 'configured':
      return false
    default:
      return null
  }
}
