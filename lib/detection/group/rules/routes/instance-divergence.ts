import { sampledBy, evidenceOfSample } from '../../../model/new-event.ts'
import { BEFORE_MONITORING, type Bounds, type Evidence, isChanging, UNREAD_ROWS } from '#lib/contract/index.ts'
import { sinceAll, sinceAny } from '../../../model/event-key.ts'
import { tableKey } from '../../../model/subject.ts'
import type { RoutesSignal, Signal } from '../../../model/signal.ts'
import { reconcile } from '../../../model/condition.ts'
import { type FoldContext, isGood, isOpen, openEvent, scopeOf } from '../../../model/context.ts'
import { expectedSessions } from '../../facts/inside.ts'
import { boundsOfChanges } from '../../../model/route.ts'
import { nextPollIf, type RecheckAt } from '../../../model/recheck.ts'
import type { ScopeState, SessionFact } from '../../../model/scope-state.ts'
import type { DifferingTables, DivergenceMemory, InstanceTable } from '../../../model/route-memory.ts'

const KIND = 'instance_divergence'
const NO_TABLE: InstanceTable = {
  digest: '',
  prefixes: 0,
  since: { earliest: BEFORE_MONITORING, latest: BEFORE_MONITORING },
}

/**
 * instance_divergence: two instances of a gateway that both have a session with a neighbor, and both report, report different
 * tables of it in two good samples that lie a poll apart: longer than one may lag behind the other (docs/rules/detection.md 2.5, 5.6).
 */
export function instanceDivergence(context: FoldContext, signals: readonly Signal[]): void {
  const { mark } = context
  const gateway = context.topology.gateways.find(({ scope }) => scope === mark.scope)
  if (!gateway || mark.kind !== 'learned' || !isGood(mark)) return
  // tables of which rows could not be read can't be compared
  if (mark.silentInstances.includes(UNREAD_ROWS)) return
  const scope = scopeOf(context, mark.scope)
  for (const signal of signals) if (signal.type === 'routes') takeTables(context, scope, signal)
  const memory = scope.divergence
  if (!memory) return
  const neighbors = sessionsByNeighbor(context, mark.scope)
  for (const peer of new Set([...neighbors.keys(), ...openSubjects(scope)])) {
    const facts = neighbors.get(peer) ?? []
    const differs = doDiffer(scope, facts, mark.silentInstances)
    if (differs === null) continue
    const since = sinceOf(context, memory, facts)
    const known = differs ? counted(context, memory.differing[peer], since, facts) : null
    if (known) memory.differing[peer] = known
    else delete memory.differing[peer]
    reconcile(context, {
      kind: KIND,
      scope: mark.scope,
      subject: peer,
      holds: known === null ? false : isProven(context, known) || null,
      since: known?.since ?? since,
      severity: 'warning',
      mayBegin: !isChanging(gateway),
      atFirstSight: true,
      evidence: evidenceOf(context, memory, facts),
    })
  }
}

/** Since when it is as it is: since the fall of a session that explains it, else since a table moved or a session came up. */
function sinceOf({ mark }: FoldContext, memory: DivergenceMemory, facts: readonly SessionFact[]): Bounds {
  if (facts.length === 0) return { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
  const downs = facts.filter(({ level }) => level === 'down')
  if (downs.length > 0) return sinceAny(downs.map(({ since }) => since))
  return sinceAll(facts.flatMap((fact) => [fact.since, tableOf(memory, fact).since]))
}

/** Whether a further sample would prove it, though it may show nothing new. */
export function recheckDivergence(context: FoldContext, scope: string): RecheckAt {
  const state = scopeOf(context, scope)
  const isBuilding = [...sessionsByNeighbor(context, scope)].some(
    ([peer, facts]) => doDiffer(state, facts, []) === true && !openEvent(context, KIND, scope, peer),
  )
  return nextPollIf(state.divergence !== null && isBuilding)
}

function takeTables({ mark }: FoldContext, scope: ScopeState, { digests, changes }: RoutesSignal): void {
  const known = scope.divergence?.tables ?? {}
  const changed = Map.groupBy(changes, ({ instance, peer }) => tableKey(instance, peer))
  const tables: DivergenceMemory['tables'] = {}
  const changedAt = (key: string): Bounds => {
    const own = changed.get(key)
    return own ? boundsOfChanges(own) : { earliest: BEFORE_MONITORING, latest: mark.finishedAt }
  }
  for (const [key, { digest, prefixes }] of Object.entries(digests ?? {})) {
    const before = known[key]
    tables[key] = before?.digest === digest ? before : { digest, prefixes, since: changedAt(key) }
  }
  for (const [key, before] of Object.entries(known)) {
    if (tables[key]) continue
    const isSilent = mark.silentInstances.includes(key.slice(0, key.indexOf('|')))
    if (isSilent || before.digest === NO_TABLE.digest) tables[key] = before
    else tables[key] = { ...NO_TABLE, since: changedAt(key) }
  }
  scope.divergence = { tables, differing: scope.divergence?.differing ?? {} }
}

/** Sessions of a gateway with others than itself, by neighbor, where several instances have one. */
function sessionsByNeighbor(context: FoldContext, gateway: string): Map<string, SessionFact[]> {
  const external = expectedSessions(context, gateway)
  return new Map([...Map.groupBy(external, ({ neighbor }) => neighbor)].filter(([, facts]) => facts.length > 1))
}

/** Null = an instance, or a session, is not known now. A session that is down explains what its instance lacks. */
function doDiffer(scope: ScopeState, facts: readonly SessionFact[], silent: readonly string[]): boolean | null {
  const { divergence, failing } = scope
  const isUnknown = ({ localAddress, level }: SessionFact) =>
    level === 'unknown' || silent.includes(localAddress) || scope.silent[localAddress] !== undefined
  // what a session's fall took is reported by the next poll of the sessions
  if (!divergence || failing[' peers'] || facts.some(isUnknown)) return null
  const ups = facts.filter(({ level }) => level === 'up')
  return new Set(ups.map((fact) => tableOf(divergence, fact).digest)).size > 1
}

const tableOf = ({ tables }: DivergenceMemory, { localAddress, neighbor }: SessionFact): InstanceTable =>
  tables[tableKey(localAddress, neighbor)] ?? NO_TABLE

/** Counts good samples in a row; from the first on, where a session came up since: without it the tables had a reason to differ. */
function counted(
  { mark }: FoldContext,
  known: DifferingTables | undefined,
  since: Bounds,
  facts: readonly SessionFact[],
): DifferingTables {
  const isRestarted = known !== undefined && facts.some((fact) => fact.since.latest > known.firstAt)
  if (!known || isRestarted) return { since, samples: 1, firstAt: mark.startedAt, lastAt: mark.startedAt }
  if (mark.startedAt <= known.lastAt) return known
  return { ...known, samples: known.samples + 1, lastAt: mark.startedAt }
}

function isProven({ mark, settings }: FoldContext, { samples, firstAt }: DifferingTables): boolean {
  return samples >= settings['divergence.confirm'] && mark.finishedAt - firstAt >= settings['burst.slack']
}

function openSubjects({ live }: ScopeState): string[] {
  return Object.values(live)
    .filter((one) => isOpen(one) && one.event.kind === KIND)
    .map(({ event }) => event.subject)
}

function evidenceOf({ mark }: FoldContext, memory: DivergenceMemory, facts: readonly SessionFact[]): Evidence[] {
  return facts.map((fact) =>
    evidenceOfSample(`prefixes learned by ${fact.localAddress}`, tableOf(memory, fact).prefixes, sampledBy(mark)),
  )
}
