import { containsPrefix, parsePrefix } from '#lib/bgp/index.ts'
import type { Bounds, Evidence } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../../fold/signal.ts'
import { sinceAny } from '../../event-key.ts'
import { reconcile } from '../condition.ts'
import { type Estate, isGood, isOpen, openEvent, scopeOf } from '../estate.ts'
import { boundsOfChanges } from '../route-table.ts'
import type { LiveEvent } from '../state.ts'
import { activePassive } from './active-passive.ts'
import { type Compared, isEstablished, isFresh, isLink, type Sides, sidesOf } from './compared-sides.ts'
import { compared, type Differing, type ParityMemory, sampled, unproven } from './parity-memory.ts'

/** Evidence names so many prefixes; all of them are in the tables. */
const SHOWN = 20

/**
 * Holds the tables of a circuit's paths, and of the circuits of a policy, against each other: parity_mismatch and what unequal
 * lengths mean (detection.md 3.2). A difference counts once three good samples in a row show it.
 */
export function parityRules(estate: Estate, signals: readonly Signal[], comparisons: readonly Compared[]): void {
  const moved = signals.filter((signal): signal is RoutesSignal => signal.type === 'routes' && signal.kind === 'tables')
  for (const sides of sidesOf(estate.topology)) {
    const { parity } = scopeOf(estate, sides.scope)
    const fresh = comparisons.find(({ scope, name }) => scope === sides.scope && name === sides.name)
    const taken = fresh ? take(estate, sides, fresh, moved) : parity[sides.name]
    if (!taken) continue
    const memory = proven(estate, sides, taken)
    parity[sides.name] = memory
    if (!isEstablished(estate, sides) || !isFresh(estate, sides)) continue
    if (sides.policy === null) mismatch(estate, sides, memory)
    activePassive(estate, sides, memory)
  }
}

function take(estate: Estate, sides: Sides, { result }: Compared, moved: readonly RoutesSignal[]): ParityMemory {
  const { mark, settings } = estate
  const changes = moved.flatMap((signal) => signal.changes)
  const since = changes.length > 0 ? boundsOfChanges(changes) : { earliest: mark.startedAt, latest: mark.finishedAt }
  const enough = settings['passive.share'] * result.shared
  const isAlike = result.shared > 0 && result.unequal < enough
  const isClose = result.shared > 0 && result.shared - result.unequal >= enough
  const known = scopeOf(estate, sides.scope).parity[sides.name]
  const seen = { since, source: polledTable(estate), isAlike, isClose, mark }
  return compared(known, result, (prefix) => isLink(estate, sides, prefix), seen)
}

const polledTable = ({ mark }: Estate) => `${mark.scope} ${mark.part}`

function proven(estate: Estate, sides: Sides, memory: ParityMemory): ParityMemory {
  const { mark, settings } = estate
  const enough = settings['parity.confirm']
  if (!isEstablished(estate, sides)) return unproven(memory, enough)
  return mark.kind === 'tables' && isGood(mark) && isFresh(estate, sides)
    ? sampled(memory, polledTable(estate), mark.startedAt, enough)
    : memory
}

/** Whether a further good sample would settle something. */
export function waitsForParity(estate: Estate, scope: string): boolean {
  const enough = estate.settings['parity.confirm']
  return sidesOf(estate.topology).some((sides) => {
    const memory = sides.scope === scope ? scopeOf(estate, scope).parity[sides.name] : undefined
    if (!memory || !isEstablished(estate, sides)) return false
    const isBuilding = Object.values(memory.differing).some(({ samples }) => samples < enough)
    return isBuilding || (hasOpen(estate, sides) && memory.equal !== null && memory.equal.samples < enough)
  })
}

function hasOpen(estate: Estate, { scope, subject }: Sides): boolean {
  return (['parity_mismatch', 'unintended_active_passive', 'unexpected_active_active'] as const).some((kind) =>
    openEvent(estate, kind, scope, subject),
  )
}

function mismatch(estate: Estate, sides: Sides, memory: ParityMemory): void {
  const { settings } = estate
  const confirmed = Object.entries(memory.differing).filter(([, { samples }]) => samples >= settings['parity.confirm'])
  const isEqual = (memory.equal?.samples ?? 0) >= settings['parity.clear']
  const all = confirmed.map(([, { since }]) => since)
  const live = reconcile(estate, {
    kind: 'parity_mismatch',
    scope: sides.scope,
    subject: sides.subject,
    holds: confirmed.length > 0 ? true : isEqual ? false : null,
    since: confirmed.length > 0 ? sinceAny(all) : (memory.equal?.since ?? now(estate)),
    severity: isGrave(estate, memory, confirmed) ? 'minor' : 'warning',
    atFirstSight: true,
    evidence: evidenceOf(estate, memory, confirmed),
  })
  if (live && isOpen(live) && confirmed.length > 0) tellAgain(live, evidenceOf(estate, memory, confirmed))
}

const now = ({ mark }: Estate): Bounds => ({ earliest: mark.startedAt, latest: mark.finishedAt })

/** More than one prefix in twenty, or one of a declared site. */
function isGrave(estate: Estate, memory: ParityMemory, confirmed: readonly [string, Differing][]): boolean {
  const missing = Object.values(memory.differing).filter(({ how }) => how.startsWith('only')).length
  const all = memory.shared + missing + memory.more
  if (confirmed.length + memory.more > estate.settings['parity.grave'] * all) return true
  const ranges = estate.topology.sites.flatMap(({ prefixes }) => prefixes.flatMap((text) => parsePrefix(text) ?? []))
  return confirmed.some(([text]) => {
    const inner = parsePrefix(text)
    return inner !== null && ranges.some((outer) => containsPrefix(outer, inner))
  })
}

function evidenceOf({ mark }: Estate, memory: ParityMemory, confirmed: readonly [string, Differing][]): Evidence[] {
  const groups = [
    ['only on primary', 'only_a'],
    ['only on secondary', 'only_b'],
    ['longer path on primary', 'longer_a'],
    ['longer path on secondary', 'longer_b'],
  ] as const
  const item = (field: string, after: unknown): Evidence => ({
    field,
    before: null,
    after,
    sampledBefore: null,
    sampledAfter: { earliest: mark.startedAt, latest: mark.finishedAt },
  })
  const lists = groups.flatMap(([field, wanted]) => {
    const prefixes = confirmed.filter(([, { how }]) => how === wanted).map(([prefix]) => prefix)
    const more = prefixes.length - SHOWN
    const shown = prefixes.slice(0, SHOWN).join(', ')
    return prefixes.length > 0 ? [item(field, more > 0 ? `${shown} and ${more} more` : shown)] : []
  })
  return memory.more > 0 ? [...lists, item('further differences', memory.more)] : lists
}

/** What differs may grow and shrink while the event goes on; its evidence is what differs last. */
function tellAgain(live: LiveEvent, evidence: Evidence[]): void {
  const values = (items: readonly Evidence[]) => JSON.stringify(items.map(({ field, after }) => [field, after]))
  if (values(live.event.evidence) !== values(evidence)) live.event = { ...live.event, evidence }
}
