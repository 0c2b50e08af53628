import type { TimestampBounds, Severity } from '#lib/contract/index.ts'
import { updateEventByCondition, closeEvent } from '../../model/event-condition.ts'
import { ensureResourceState, findOpenEvent, type DetectionContext } from '../../model/context.ts'
import { createBoundedChangeEvidence } from '../../model/create-event.ts'
import type { LastLagLinkState } from '../../model/scope-state.ts'
import { listConfigChanges, type PollSignal } from '../../model/signal.ts'
import type { LagNode, FindScopeOfResource } from '../../model/topology.ts'

const KIND = 'lag_link_reduced'

/** Severities of the states in which a link of a LAG has fewer active ports than members; absent = another state. */
const severities: Partial<Record<LastLagLinkState['state'], Severity>> = {
  reduced: 'info',
  belowMinimum: 'major',
  disabled: 'major',
}

/**
 * Raises and ends lag_link_reduced for the links of the group's LAGs. Only a change that this poll reported raises an
 * event; the state at the first reading raises none (docs/rules/events.md). On a LAG without circuits, the severity is
 * `info`, because no traffic is affected.
 */
export function detectLagLinkChanges(
  context: DetectionContext,
  signals: readonly PollSignal[],
  scopeOfResource: FindScopeOfResource,
): void {
  const changes = listConfigChanges(signals)
  const changedAt = new Map(changes.map(({ resourceId, between }) => [scopeOfResource(resourceId), between]))
  for (const lag of context.topology.lags ?? []) judge(context, lag, changedAt.get(lag.scope))
  for (const { op, resourceId, between } of changes) {
    const scope = scopeOfResource(resourceId)
    if (op === 'removed') endAll(context, scope, Object.keys(context.scopes[scope]?.lagLinks ?? {}), between)
  }
}

function judge(
  context: DetectionContext,
  { scope, links, isUnused }: LagNode,
  between: TimestampBounds | undefined,
): void {
  const facts = (ensureResourceState(context, scope).lagLinks ??= {})
  for (const { name, state, active } of links) {
    const known = facts[name]
    if (known && !between) continue
    // If Azure does not report the state, the known state and an open event are unchanged.
    if (state !== 'unknown' || !known) facts[name] = { state, active }
    if (!known || !between || state === 'unknown') continue
    const severity = severities[state]
    updateEventByCondition(context, {
      kind: KIND,
      scope,
      subject: name,
      holds: severity !== undefined,
      since: between,
      severity: isUnused ? 'info' : (severity ?? 'info'),
      evidence: [createBoundedChangeEvidence(context.mark, between, 'active ports', known.active, active)],
      mayBegin: known.state !== state,
    })
  }
  if (between) {
    const gone = Object.keys(facts).filter((name) => !links.some((link) => link.name === name))
    endAll(context, scope, gone, between)
    for (const name of gone) delete facts[name]
  }
}

function endAll(context: DetectionContext, scope: string, links: readonly string[], between: TimestampBounds): void {
  for (const name of links) {
    const open = findOpenEvent(context, KIND, scope, name)
    if (open) closeEvent(open, between)
  }
}
