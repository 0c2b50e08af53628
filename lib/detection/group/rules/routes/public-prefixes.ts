import { sampledBy, evidenceOfSample } from '../../../model/new-event.ts'
import { type Bounds, BEFORE_MONITORING, type PublicPrefixes } from '#lib/contract/index.ts'
import type { ConfigSignal, Signal } from '../../../model/signal.ts'
import { reconcile } from '../../../model/condition.ts'
import type { PeeringNode, ScopeOfResource } from '../../../model/topology.ts'
import type { FoldContext } from '../../../model/context.ts'
import { provisionedLayer } from '../../../verdict/index.ts'

/**
 * public_prefixes_not_validated: Microsoft has not validated the public prefixes that a customer means to announce on Microsoft
 * peering, and does not take what it has not validated. Azure's `advertisedPublicPrefixesState` is NotConfigured, Configuring,
 * Configured or ValidationNeeded: the last asks for proof of ownership, the first is a lack only where prefixes are listed, and
 * Configuring settles nothing (Azure REST, ExpressRouteCircuitPeeringConfig; Azure documentation, "Create and modify peering").
 */
export function publicPrefixes(
  context: FoldContext,
  signals: readonly Signal[],
  scopeOfResource: ScopeOfResource,
): void {
  const { mark, topology } = context
  if (mark.kind !== 'inventory') return
  const changes = signals
    .filter((signal): signal is ConfigSignal => signal.type === 'config')
    .flatMap((signal) => signal.changes)
  for (const { scope, peerings } of topology.circuits) {
    const change = changes.find(({ resourceId }) => scopeOfResource(resourceId) === scope)
    if (!change) continue
    for (const peering of peerings) raise(context, scope, peering, change.op === 'changed' ? change.between : null)
  }
}

function raise(context: FoldContext, scope: string, peering: PeeringNode, changed: Bounds | null): void {
  const { mark } = context
  const stated = (peering.publicPrefixes ?? []).filter((one) => isLackingIn(one) !== false)
  reconcile(context, {
    kind: 'public_prefixes_not_validated',
    scope,
    subject: peering.name,
    holds: isLacking(peering),
    since: changed ?? { earliest: BEFORE_MONITORING, latest: mark.finishedAt },
    severity: 'warning',
    atFirstSight: true,
    evidence: [
      evidenceOfSample(
        'advertisedPublicPrefixesState',
        stated.map(({ state, prefixes }) => `${state}: ${prefixes.slice(0, 20).join(', ')}`).join('; '),
        sampledBy(mark),
      ),
    ],
  })
}

/** One IP version that lacks it is enough; null = none does, and of one it is not known. */
function isLacking({ publicPrefixes: reported = [], intent }: PeeringNode): boolean | null {
  // of what is off, is being deleted, or no provider has built, Microsoft has nothing to take
  if (provisionedLayer(intent) === 'disabled') return false
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
