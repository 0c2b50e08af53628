import { getSampleBounds, createSampleEvidence } from '../../../model/create-event.ts'
import { doesPrefixContainPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { Evidence } from '#lib/contract/index.ts'
import type { RouteTableChangeSignal, PollSignal } from '../../../model/signal.ts'
import { computeEarliestBeginBounds } from '../../../model/event-key.ts'
import { updateEventByCondition } from '../../../model/event-condition.ts'
import {
  type DetectionContext,
  hasPollUsableRows,
  isEventOpen,
  findOpenEvent,
  ensureResourceState,
} from '../../../model/context.ts'
import { computeChangeBounds } from '../../../model/route.ts'
import { getRecheckTimeIfNeeded, type DetectionRecheckTime } from '../../../model/recheck.ts'
import type { LiveEvent } from '../../../model/scope-state.ts'
import { detectPolicyUsageDeviation } from './paths/active-passive.ts'
import {
  type TableSidesComparison,
  areBothSidesEstablished,
  areBothTablesFresh,
  isPathLinkSubnet,
  isReadUpSince,
  getLastSessionRise,
  type ComparedTableSides,
  listComparedTableSides,
} from './compared-sides.ts'
import {
  applyTableComparison,
  isDifferenceConfirmed,
  discardSamplesBeforeRise,
  countDifferenceSample,
  resetUnfinishedCounts,
} from './parity-memory.ts'
import type { ComparedPrefixDifference, TableParityMemory } from '../../../model/route-memory.ts'

/** Maximum number of prefixes in the evidence of an event; the stored tables contain all of them. */
const SHOWN = 20

/**
 * Compares the route tables of a circuit's two paths, and of the circuits of a path policy. Raises parity_mismatch and
 * the events about unequal path lengths (docs/rules/detection.md 3.2). A difference counts only if enough consecutive
 * good polls of the changed table (setting `parity.confirm`) and a later poll of the other table show it.
 */
export function applyParityRules(
  context: DetectionContext,
  signals: readonly PollSignal[],
  comparisons: readonly TableSidesComparison[],
): void {
  const moved = signals.filter(
    (signal): signal is RouteTableChangeSignal => signal.type === 'routes' && signal.kind === 'tables',
  )
  for (const sides of listComparedTableSides(context.topology)) {
    const { parity } = ensureResourceState(context, sides.scope)
    const fresh = comparisons.find(({ scope, name }) => scope === sides.scope && name === sides.name)
    const taken = fresh ? take(context, sides, fresh, moved) : parity[sides.name]
    if (!taken) continue
    const memory = proven(context, sides, taken)
    parity[sides.name] = memory
    if (!areBothSidesEstablished(context, sides) || !areBothTablesFresh(context, sides)) continue
    if (sides.policy === null) mismatch(context, sides, memory)
    detectPolicyUsageDeviation(context, sides, memory)
  }
}

function take(
  context: DetectionContext,
  sides: ComparedTableSides,
  { result }: TableSidesComparison,
  moved: readonly RouteTableChangeSignal[],
): TableParityMemory {
  const { mark, settings } = context
  const changes = moved.flatMap((signal) => signal.changes)
  const since = changes.length > 0 ? computeChangeBounds(changes) : getSampleBounds(mark)
  const enough = settings['passive.share'] * result.shared
  const isAlike = result.shared > 0 && result.unequal < enough
  const isClose = result.shared > 0 && result.shared - result.unequal >= enough
  const known = ensureResourceState(context, sides.scope).parity[sides.name]
  const seen = { since, source: polledTable(context), isAlike, isClose, mark }
  return applyTableComparison(known, result, (prefix) => isPathLinkSubnet(context, sides, prefix), seen)
}

const polledTable = ({ mark }: DetectionContext) => `${mark.scope} ${mark.subresource}`

function proven(context: DetectionContext, sides: ComparedTableSides, memory: TableParityMemory): TableParityMemory {
  const { mark, settings } = context
  const enough = settings['parity.confirm']
  if (!areBothSidesEstablished(context, sides)) return resetUnfinishedCounts(memory, enough)
  const proved = discardSamplesBeforeRise(memory, getLastSessionRise(context, sides))
  return mark.kind === 'tables' && hasPollUsableRows(mark) && areBothTablesFresh(context, sides)
    ? countDifferenceSample(proved, polledTable(context), mark.startedAt, enough)
    : proved
}

/**
 * Returns the next poll as the time of the next evaluation, if a further good poll could confirm a difference or end an
 * event.
 */
export function findParityRecheckTime(context: DetectionContext, scope: string): DetectionRecheckTime {
  const enough = context.settings['parity.confirm']
  const isBuildingUp = listComparedTableSides(context.topology).some((sides) => {
    const memory = sides.scope === scope ? ensureResourceState(context, scope).parity[sides.name] : undefined
    if (!memory || !areBothSidesEstablished(context, sides)) return false
    const isBuilding = Object.values(memory.differing).some((one) => !isDifferenceConfirmed(one, enough))
    return isBuilding || (hasOpen(context, sides) && memory.equal !== null && memory.equal.samples < enough)
  })
  return getRecheckTimeIfNeeded(isBuildingUp)
}

function hasOpen(context: DetectionContext, { scope, subject }: ComparedTableSides): boolean {
  return (['parity_mismatch', 'unintended_active_passive', 'unexpected_active_active'] as const).some((kind) =>
    findOpenEvent(context, kind, scope, subject),
  )
}

function mismatch(context: DetectionContext, sides: ComparedTableSides, memory: TableParityMemory): void {
  const { settings } = context
  const confirmed = Object.entries(memory.differing).filter(
    ([, one]) =>
      isDifferenceConfirmed(one, settings['parity.confirm']) && isReadUpSince(context, sides, one.since.latest),
  )
  const isEqual = (memory.equal?.samples ?? 0) >= settings['parity.clear']
  const all = confirmed.map(([, { since }]) => since)
  const live = updateEventByCondition(context, {
    kind: 'parity_mismatch',
    scope: sides.scope,
    subject: sides.subject,
    holds: confirmed.length > 0 ? true : isEqual ? false : null,
    since:
      confirmed.length > 0 ? computeEarliestBeginBounds(all) : (memory.equal?.since ?? getSampleBounds(context.mark)),
    severity: isGrave(context, memory, confirmed) ? 'minor' : 'warning',
    atFirstSight: true,
    evidence: evidenceOf(context, memory, confirmed),
  })
  if (live && isEventOpen(live) && confirmed.length > 0) reportAgain(live, evidenceOf(context, memory, confirmed))
}

/** Reports whether the share of differing prefixes exceeds `parity.grave`, or a prefix of a declared site differs. */
function isGrave(
  context: DetectionContext,
  memory: TableParityMemory,
  confirmed: readonly [string, ComparedPrefixDifference][],
): boolean {
  const missing = Object.values(memory.differing).filter(({ how }) => how.startsWith('only')).length
  const all = memory.shared + missing + memory.more
  if (confirmed.length + memory.more > context.settings['parity.grave'] * all) return true
  const ranges = context.topology.sites.flatMap(({ prefixes }) => prefixes.flatMap((text) => parsePrefix(text) ?? []))
  return confirmed.some(([text]) => {
    const inner = parsePrefix(text)
    return inner !== null && ranges.some((outer) => doesPrefixContainPrefix(outer, inner))
  })
}

function evidenceOf(
  { mark }: DetectionContext,
  memory: TableParityMemory,
  confirmed: readonly [string, ComparedPrefixDifference][],
): Evidence[] {
  const groups = [
    ['only on primary', 'only_a'],
    ['only on secondary', 'only_b'],
    ['longer path on primary', 'longer_a'],
    ['longer path on secondary', 'longer_b'],
  ] as const
  const item = (field: string, after: unknown): Evidence => createSampleEvidence(field, after, getSampleBounds(mark))
  const lists = groups.flatMap(([field, wanted]) => {
    const prefixes = confirmed.filter(([, { how }]) => how === wanted).map(([prefix]) => prefix)
    const more = prefixes.length - SHOWN
    const shown = prefixes.slice(0, SHOWN).join(', ')
    return prefixes.length > 0 ? [item(field, more > 0 ? `${shown} and ${more} more` : shown)] : []
  })
  return memory.more > 0 ? [...lists, item('further differences', memory.more)] : lists
}

/** Updates the evidence of an open event to the current differences, which may grow and shrink during the event. */
function reportAgain(live: LiveEvent, evidence: Evidence[]): void {
  const values = (items: readonly Evidence[]) => JSON.stringify(items.map(({ field, after }) => [field, after]))
  if (values(live.event.evidence) !== values(evidence)) live.event = { ...live.event, evidence }
}
