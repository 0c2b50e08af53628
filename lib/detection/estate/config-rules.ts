import type { Bounds, ConfigChange, DetectedEvent, EventKind, Severity } from '#lib/contract/index.ts'
import { BEFORE_MONITORING } from '#lib/contract/index.ts'
import { eventKey } from '../event-key.ts'
import type { ConfigSignal, Signal } from '../fold/signal.ts'
import { reconcile } from './condition.ts'
import { type Estate, openEvent, put, scopeOf } from './estate.ts'
import { end } from './condition.ts'
import { releaseNeighbors } from './released.ts'
import type { IntentFact, LiveEvent } from './state.ts'
import type { CircuitNode, PeeringNode } from './topology.ts'

/** A config signal names resources by ARM id; `scopeOfResource` finds the short one. */
export type ScopeOfResource = (resourceId: string) => string

/**
 * Intent: what is meant to work. Compares what was known with the topology as it is now; only a change that this poll
 * brought makes an event, a first sight is the baseline (detection.md 3.1).
 */
export function configRules(estate: Estate, signals: readonly Signal[], scopeOfResource: ScopeOfResource): void {
  const changes = signals.filter((signal): signal is ConfigSignal => signal.type === 'config').flatMap((s) => s.changes)
  const byScope = new Map(changes.map((change) => [scopeOfResource(change.resourceId), change]))
  for (const circuit of estate.topology.circuits) {
    for (const peering of circuit.peerings) intentRules(estate, circuit, peering, byScope.get(circuit.scope) ?? null)
  }
  for (const gateway of estate.topology.gateways) {
    const { scope, name, provisioningState } = gateway
    const between = byScope.get(scope)?.between
    const known = scopeOf(estate, scope).intent['']
    const changing = provisioningState !== null && provisioningState.toLowerCase() !== 'succeeded'
    if (!known || between) {
      const fact: IntentFact = { circuit: provisioningState, provider: null, peering: null, since: between ?? EVER }
      scopeOf(estate, scope).intent[''] = fact
    }
    if (!between) continue
    reconcile(estate, {
      kind: 'gateway_changing',
      scope,
      subject: name,
      holds: changing,
      since: between,
      severity: 'info',
      evidence: fieldEvidence(estate, byScope.get(scope) ?? null, /provisioningState|sku/i),
    })
  }
  for (const [scope, change] of byScope) {
    if (change.op === 'removed' && estate.scopes[scope]) removed(estate, scope, change)
    if (isTagsOnly(change) && estate.scopes[scope]) scopeOf(estate, scope).tagsOnly.push(change.between)
  }
}

function isTagsOnly({ fields }: ConfigChange): boolean {
  return fields.length > 0 && fields.every(({ path }) => /^\/tags(\/|$)/i.test(path))
}

const EVER: Bounds = { earliest: BEFORE_MONITORING, latest: BEFORE_MONITORING }

function intentRules(estate: Estate, circuit: CircuitNode, peering: PeeringNode, change: ConfigChange | null): void {
  const facts = scopeOf(estate, circuit.scope).intent
  const known = facts[peering.name]
  const now = peering.intent
  if (!known || !change) {
    if (!known) facts[peering.name] = { ...now, since: change?.between ?? EVER }
    return
  }
  if (known.circuit === now.circuit && known.provider === now.provider && known.peering === now.peering) return
  facts[peering.name] = { ...now, since: change.between }
  const told = { estate, circuit, change }
  if (isWord(known.provider, 'provisioned') && now.provider !== null && !isWord(now.provider, 'provisioned')) {
    point('provider_state_changed', 'major', circuit.name, told, /serviceProviderProvisioningState/i)
  } else if (isWord(now.provider, 'provisioned') && known.provider !== null) {
    close(told, 'provider_state_changed', circuit.name)
  }
  const was = isWord(known.peering, 'enabled')
  const is = isWord(now.peering, 'enabled')
  if (was && !is && now.peering !== null) {
    close(told, 'peering_enabled', peering.name)
    point('peering_disabled', 'info', peering.name, told, /state|peerings/i)
  } else if (!was && is && known.peering !== null) {
    close(told, 'peering_disabled', peering.name)
    point('peering_enabled', 'info', peering.name, told, /state|peerings/i)
  }
}

interface Told {
  estate: Estate
  circuit: CircuitNode
  change: ConfigChange
}

function point(kind: EventKind, severity: Severity, subject: string, told: Told, field: RegExp): LiveEvent {
  const { estate, circuit, change } = told
  return put(estate, {
    ...configEvent(estate, kind, severity, circuit.scope, subject, change),
    evidence: fieldEvidence(estate, change, field),
    // an enabled peering is how it should be: nothing goes on
    ended: kind === 'peering_enabled' ? change.between : null,
  })
}

function close({ estate, circuit, change }: Told, kind: EventKind, subject: string): void {
  const open = openEvent(estate, kind, circuit.scope, subject)
  if (open) end(open, change.between)
}

function removed(estate: Estate, scope: string, change: ConfigChange): void {
  const watched = /\/(expressroutecircuits|virtualnetworkgateways|connections|expressrouteports|virtualhubs)$/i
  if (!watched.test(change.resourceType)) return
  const name = change.resourceId.split('/').at(-1) ?? change.resourceId
  const live = put(estate, configEvent(estate, 'resource_removed', 'info', scope, name, change))
  live.event = { ...live.event, ended: change.between }
  releaseNeighbors(estate, live.event)
}

function configEvent(
  { mark }: Estate,
  kind: EventKind,
  severity: Severity,
  scope: string,
  subject: string,
  change: ConfigChange,
): DetectedEvent {
  return {
    key: eventKey(kind, mark, scope, subject),
    kind,
    severity,
    scope,
    subject,
    started: change.between,
    ended: null,
    duration: null,
    detectedAt: mark.finishedAt,
    evidence: [],
    causes: [],
    flags: [],
    partOf: null,
    incident: null,
  }
}

function fieldEvidence({ mark }: Estate, change: ConfigChange | null, field: RegExp): DetectedEvent['evidence'] {
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
