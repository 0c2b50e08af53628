import {
  BEFORE_MONITORING,
  type Bounds,
  type ConfigChange,
  type DetectedEvent,
  type EventKind,
  type Severity,
} from '#lib/contract/index.ts'
import type { ConfigSignal, Signal } from '../../model/signal.ts'
import { end, reconcile } from '../../model/condition.ts'
import { newEvent } from '../../model/new-event.ts'
import { type FoldContext, openEvent, put, scopeOf } from '../../model/context.ts'
import { releaseNeighbors } from '../facts/released.ts'
import type { IntentFact, LiveEvent } from '../../model/scope-state.ts'
import type { CircuitNode, PeeringNode, ScopeOfResource } from '../../model/topology.ts'

/**
 * Intent: what is meant to work. Compares what was known with the topology as it is now; only a change that this poll
 * brought makes an event, a first sight is the baseline (docs/rules/detection.md 3.1).
 */
export function configRules(context: FoldContext, signals: readonly Signal[], scopeOfResource: ScopeOfResource): void {
  const changes = signals.filter((signal): signal is ConfigSignal => signal.type === 'config').flatMap((s) => s.changes)
  const byScope = new Map(changes.map((change) => [scopeOfResource(change.resourceId), change]))
  for (const circuit of context.topology.circuits) {
    for (const peering of circuit.peerings) intentRules(context, circuit, peering, byScope.get(circuit.scope) ?? null)
  }
  for (const gateway of context.topology.gateways) {
    const { scope, name, provisioningState } = gateway
    const between = byScope.get(scope)?.between
    const known = scopeOf(context, scope).intent['']
    const changing = provisioningState !== null && provisioningState.toLowerCase() !== 'succeeded'
    if (!known || between) {
      const fact: IntentFact = { circuit: provisioningState, provider: null, peering: null, since: between ?? EVER }
      scopeOf(context, scope).intent[''] = fact
    }
    if (!between) continue
    reconcile(context, {
      kind: 'gateway_changing',
      scope,
      subject: name,
      holds: changing,
      since: between,
      severity: 'info',
      evidence: fieldEvidence(context, byScope.get(scope) ?? null, /provisioningState|sku/i),
    })
  }
  for (const [scope, change] of byScope) {
    if (change.op === 'removed' && context.scopes[scope]) removed(context, scope, change)
    if (isTagsOnly(change) && context.scopes[scope]) scopeOf(context, scope).tagsOnly.push(change.between)
  }
}

function isTagsOnly({ fields }: ConfigChange): boolean {
  return fields.length > 0 && fields.every(({ path }) => /^\/tags(\/|$)/i.test(path))
}

const EVER: Bounds = { earliest: BEFORE_MONITORING, latest: BEFORE_MONITORING }

function intentRules(
  context: FoldContext,
  circuit: CircuitNode,
  peering: PeeringNode,
  change: ConfigChange | null,
): void {
  const facts = scopeOf(context, circuit.scope).intent
  const known = facts[peering.name]
  const now = peering.intent
  if (!known || !change) {
    if (!known) facts[peering.name] = { ...now, since: change?.between ?? EVER }
    return
  }
  if (known.circuit === now.circuit && known.provider === now.provider && known.peering === now.peering) return
  facts[peering.name] = { ...now, since: change.between }
  const reported = { context, circuit, change }
  if (isWord(known.provider, 'provisioned') && now.provider !== null && !isWord(now.provider, 'provisioned')) {
    raise('provider_state_changed', 'major', circuit.name, reported, /serviceProviderProvisioningState/i)
  } else if (isWord(now.provider, 'provisioned') && known.provider !== null) {
    close(reported, 'provider_state_changed', circuit.name)
  }
  const was = isWord(known.peering, 'enabled')
  const is = isWord(now.peering, 'enabled')
  if (was && !is && now.peering !== null) {
    close(reported, 'peering_enabled', peering.name)
    raise('peering_disabled', 'info', peering.name, reported, /state|peerings/i)
  } else if (!was && is && known.peering !== null) {
    close(reported, 'peering_disabled', peering.name)
    raise('peering_enabled', 'info', peering.name, reported, /state|peerings/i)
  }
}

interface Reported {
  context: FoldContext
  circuit: CircuitNode
  change: ConfigChange
}

function raise(kind: EventKind, severity: Severity, subject: string, reported: Reported, field: RegExp): LiveEvent {
  const { context, circuit, change } = reported
  const raised = { kind, severity, scope: circuit.scope, subject, started: change.between }
  return put(context, newEvent(context.mark, { ...raised, evidence: fieldEvidence(context, change, field) }))
}

function close({ context, circuit, change }: Reported, kind: EventKind, subject: string): void {
  const open = openEvent(context, kind, circuit.scope, subject)
  if (open) end(open, change.between)
}

function removed(context: FoldContext, scope: string, change: ConfigChange): void {
  const watched = /\/(expressroutecircuits|virtualnetworkgateways|connections|expressrouteports|virtualhubs)$/i
  if (!watched.test(change.resourceType)) return
  const name = change.resourceId.split('/').at(-1) ?? change.resourceId
  const raised = { kind: 'resource_removed', severity: 'info', scope, subject: name, started: change.between } as const
  const { event } = put(context, newEvent(context.mark, raised))
  releaseNeighbors(context, event)
}

function fieldEvidence({ mark }: FoldContext, change: ConfigChange | null, field: RegExp): DetectedEvent['evidence'] {
  return (change?.fields ?? [])
    .filter(({ path }) => field.test(path))
    .map(({ path, before, after }) => ({
      field: path,
      before,
      after,
      sampledBefore: {
        earliest: change?.between.earliest ?? mark.startedAt,
        latest: Math.max(change?.between.earliest ?? 0, mark.startedAt),
      },
      sampledAfter: { earliest: mark.startedAt, latest: mark.finishedAt },
    }))
}

const isWord = (value: string | null, word: string) => value?.toLowerCase() === word
