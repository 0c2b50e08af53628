import { getSampleBounds, createSampleEvidence } from '../../../model/create-event.ts'
import {
  INSTANT_BEFORE_MONITORING,
  type TimestampBounds,
  type Evidence,
  isResourceChanging,
  UNREAD_ROWS_INSTANCE,
} from '#lib/contract/index.ts'
import { computeLatestBeginBounds, computeEarliestBeginBounds } from '../../../model/event-key.ts'
import { formatTableKey } from '../../../model/subject.ts'
import type { RouteTableChangeSignal, PollSignal } from '../../../model/signal.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import {
  type DetectionContext,
  hasPollUsableRows,
  isEventOpen,
  findOpenEvent,
  ensureResourceState,
} from '../../../model/context.ts'
import { listExpectedSessions } from '../../facts/gateway-sessions.ts'
import { computeChangeBounds } from '../../../model/route.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../../model/recheck.ts'
import type { ResourceState, SessionFact } from '../../../model/scope-state.ts'
import type {
  NeighborWithDifferingTables,
  InstanceDivergenceMemory,
  InstanceTable,
} from '../../../model/route-memory.ts'

const KIND = 'instance_divergence'
const NO_TABLE: InstanceTable = {
  digest: '',
  prefixes: 0,
  since: { earliest: INSTANT_BEFORE_MONITORING, latest: INSTANT_BEFORE_MONITORING },
}

/**
 * Raises instance_divergence if the instances of a gateway have different routes from a common neighbor in several good
 * polls. The polls must span at least the setting `burst.slack`, because one instance may lag behind the other for a
 * shorter time (docs/rules/detection.md 2.5, 5.6).
 */
export function detectInstanceDivergence(context: DetectionContext, signals: readonly PollSignal[]): void {
  const { mark } = context
  const gateway = context.topology.gateways.find(({ scope }) => scope === mark.scope)
  if (!gateway || mark.kind !== 'learned' || !hasPollUsableRows(mark)) return
  // tables with unreadable rows cannot be compared
  if (mark.silentInstances.includes(UNREAD_ROWS_INSTANCE)) return
  const scope = ensureResourceState(context, mark.scope)
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
    updateEventByCondition(context, {
      kind: KIND,
      scope: mark.scope,
      subject: peer,
      holds: known === null ? false : isProven(context, known) || null,
      since: known?.since ?? since,
      severity: 'warning',
      mayBegin: !isResourceChanging(gateway),
      atFirstSight: true,
      evidence: evidenceOf(context, memory, facts),
    })
  }
}

/**
 * Returns the bounds of the start of the current difference. If sessions are down, it is the first fall of one of them,
 * because this fall explains the difference. Otherwise it is the last change of a table or the last rise of a session,
 * whichever is later.
 */
function sinceOf(
  { mark }: DetectionContext,
  memory: InstanceDivergenceMemory,
  facts: readonly SessionFact[],
): TimestampBounds {
  if (facts.length === 0) return { earliest: mark.previousOkAt ?? mark.startedAt, latest: mark.finishedAt }
  const downs = facts.filter(({ level }) => level === 'down')
  if (downs.length > 0) return computeEarliestBeginBounds(downs.map(({ since }) => since))
  return computeLatestBeginBounds(facts.flatMap((fact) => [fact.since, tableOf(memory, fact).since]))
}

/**
 * Returns the next poll as the time of the next evaluation, if tables differ without an open event. A further sample
 * could prove the divergence even if this sample contains no changes.
 */
export function findDivergenceRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  const state = ensureResourceState(context, scope)
  const isBuilding = [...sessionsByNeighbor(context, scope)].some(
    ([peer, facts]) => doDiffer(state, facts, []) === true && !findOpenEvent(context, KIND, scope, peer),
  )
  return getRecheckTimeIfNeeded(state.divergence !== null && isBuilding)
}

function takeTables(
  { mark }: DetectionContext,
  scope: ResourceState,
  { digests, changes }: RouteTableChangeSignal,
): void {
  const known = scope.divergence?.tables ?? {}
  const changed = Map.groupBy(changes, ({ instance, peer }) => formatTableKey(instance, peer))
  const tables: InstanceDivergenceMemory['tables'] = {}
  const changedAt = (key: string): TimestampBounds => {
    const own = changed.get(key)
    return own ? computeChangeBounds(own) : { earliest: INSTANT_BEFORE_MONITORING, latest: mark.finishedAt }
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

/**
 * Returns a gateway's sessions with external neighbors, grouped by neighbor, for neighbors with sessions of several
 * instances.
 */
function sessionsByNeighbor(context: DetectionContext, gateway: string): Map<string, SessionFact[]> {
  const external = listExpectedSessions(context, gateway)
  return new Map([...Map.groupBy(external, ({ neighbor }) => neighbor)].filter(([, facts]) => facts.length > 1))
}

/**
 * Reports whether the tables of a neighbor differ between the instances whose session is up; null = the state of an
 * instance or a session is unknown. An instance whose session is down is left out, because its routes are expected to
 * be missing.
 */
function doDiffer(scope: ResourceState, facts: readonly SessionFact[], silent: readonly string[]): boolean | null {
  const { divergence, failing } = scope
  const isUnknown = ({ localAddress, level }: SessionFact) =>
    level === 'unknown' || silent.includes(localAddress) || scope.silent[localAddress] !== undefined
  // While polls of sessions fail, routes may be missing because a session has fallen.
  if (!divergence || failing[' peers'] || facts.some(isUnknown)) return null
  const ups = facts.filter(({ level }) => level === 'up')
  return new Set(ups.map((fact) => tableOf(divergence, fact).digest)).size > 1
}

const tableOf = ({ tables }: InstanceDivergenceMemory, { localAddress, neighbor }: SessionFact): InstanceTable =>
  tables[formatTableKey(localAddress, neighbor)] ?? NO_TABLE

/**
 * Counts consecutive good polls that show different tables. If a session changed its state since the first of them, the
 * count starts again, because this change may explain the difference.
 */
function counted(
  { mark }: DetectionContext,
  known: NeighborWithDifferingTables | undefined,
  since: TimestampBounds,
  facts: readonly SessionFact[],
): NeighborWithDifferingTables {
  const isRestarted = known !== undefined && facts.some((fact) => fact.since.latest > known.firstAt)
  if (!known || isRestarted) return { since, samples: 1, firstAt: mark.startedAt, lastAt: mark.startedAt }
  if (mark.startedAt <= known.lastAt) return known
  return { ...known, samples: known.samples + 1, lastAt: mark.startedAt }
}

function isProven({ mark, settings }: DetectionContext, { samples, firstAt }: NeighborWithDifferingTables): boolean {
  return samples >= settings['divergence.confirm'] && mark.finishedAt - firstAt >= settings['burst.slack']
}

function openSubjects({ live }: ResourceState): string[] {
  return Object.values(live)
    .filter((one) => isEventOpen(one) && one.event.kind === KIND)
    .map(({ event }) => event.subject)
}

function evidenceOf(
  { mark }: DetectionContext,
  memory: InstanceDivergenceMemory,
  facts: readonly SessionFact[],
): Evidence[] {
  return facts.map((fact) =>
    createSampleEvidence(
      `prefixes learned by ${fact.localAddress}`,
      tableOf(memory, fact).prefixes,
      getSampleBounds(mark),
    ),
  )
}
