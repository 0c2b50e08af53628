import { announcedByMicrosoft } from '#lib/bgp/index.ts'
import type { Bounds } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../../fold/signal.ts'
import { type Estate, scopeOf } from '../estate.ts'
import { type Proof, putRouteEvent } from '../route-event.ts'
import { boundsOfChanges } from '../route-table.ts'
import type { ScopeState } from '../state.ts'

/** A table of Microsoft peering that came back empty, and may be an answer that failed. */
export interface Emptied {
  /** the poll that saw it so first */
  proof: Proof
  started: Bounds
  prefixes: string[]
}

/** How many prefixes Microsoft announces on a path, as a poll of its table finds it. */
interface Found extends Emptied {
  before: number
  after: number
}

/**
 * microsoft_prefixes_changed: a path of Microsoft peering has another number of prefixes from Microsoft. ARM tells it in the edge
 * router's table of that path: rows whose AS path begins with Microsoft's own network. The summary counts the customer's only, so that
 * nothing speaks for or against a table without any row: it is believed when the next sample shows it, too (detection.md 2.0).
 */
export function microsoftPrefixes(estate: Estate, signals: readonly Signal[]): void {
  const { mark } = estate
  if (mark.kind !== 'tables' || mark.outcome !== 'ok' || !/^microsoft/i.test(mark.part)) return
  const told = signals.find(
    (signal): signal is RoutesSignal => signal.type === 'routes' && signal.fromMicrosoft !== undefined,
  )
  if (!told) return stillEmpty(estate)
  const { fromMicrosoft: counts, emptied } = scopeOf(estate, mark.scope)
  const before = counts[mark.part]
  const after = told.fromMicrosoft ?? 0
  delete emptied[mark.part]
  if (before === undefined || before === after || mark.previousOkAt === null) {
    counts[mark.part] = after
    return
  }
  const found = { proof: mark, before, after, ...movedIn(told) }
  if (isEmpty(told)) {
    const { startedAt, finishedAt, previousOkAt } = mark
    const { started, prefixes } = found
    emptied[mark.part] = { proof: { startedAt, finishedAt, previousOkAt }, started, prefixes }
    return
  }
  tell(estate, found)
}

/** Whether a table that came back empty waits for a second sample. */
export const waitsForMicrosoft = ({ emptied }: ScopeState): boolean => Object.keys(emptied).length > 0

/** Nothing moved in the table: where it was empty, it still is. */
function stillEmpty(estate: Estate): void {
  const { mark } = estate
  const { fromMicrosoft: counts, emptied } = scopeOf(estate, mark.scope)
  const known = emptied[mark.part]
  // a poll that is folded again is no second sample
  if (!known || mark.startedAt <= known.proof.startedAt) return
  delete emptied[mark.part]
  tell(estate, { ...known, before: counts[mark.part] ?? 0, after: 0 })
}

/** No row of anybody's: what only Microsoft withdrew leaves the customer's own. */
const isEmpty = ({ sizes }: RoutesSignal) => Object.values(sizes).every((size) => size === 0)

function tell(estate: Estate, { proof, started, prefixes, before, after }: Found): void {
  const { mark, settings } = estate
  const isMuch = after === 0 || Math.abs(after - before) >= settings['microsoft.change'] * before
  scopeOf(estate, mark.scope).fromMicrosoft[mark.part] = after
  putRouteEvent(estate, {
    kind: 'microsoft_prefixes_changed',
    scope: mark.scope,
    subject: mark.part,
    severity: isMuch ? 'warning' : 'info',
    started,
    prefixes,
    peers: [],
    isPoint: true,
    proof,
    evidence: [
      {
        field: 'prefixes from Microsoft',
        before,
        after,
        sampledBefore: proof.previousOkAt === null ? null : { earliest: proof.previousOkAt, latest: proof.startedAt },
        sampledAfter: { earliest: proof.startedAt, latest: proof.finishedAt },
      },
    ],
  })
}

/** Prefixes that an event keeps; the history of routes has all. */
const KEPT = 200

function movedIn({ changes }: RoutesSignal): Pick<Emptied, 'started' | 'prefixes'> {
  const own = changes.filter(
    ({ op, before, after }) =>
      op !== 'change' && [...before, ...after].some(({ asPath }) => announcedByMicrosoft(asPath)),
  )
  return {
    started: boundsOfChanges(own.length > 0 ? own : changes),
    prefixes: own.map(({ prefix }) => prefix).slice(0, KEPT),
  }
}
