import { announcedByMicrosoft } from '#lib/bgp/index.ts'
import { parsePath, peeringKind } from '#lib/contract/index.ts'
import type { RoutesSignal, Signal } from '../../../model/signal.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import { putRouteEvent } from './route-event.ts'
import { boundsOfChanges } from '../../../model/route.ts'
import { nextPollIf, type RecheckAt } from '../../../model/recheck.ts'
import type { ScopeState } from '../../../model/scope-state.ts'
import type { Emptied } from '../../../model/route-memory.ts'

/** How many prefixes Microsoft announces on a path, as a poll of its table finds it. */
interface Found extends Emptied {
  before: number
  after: number
}

/**
 * microsoft_prefixes_changed: a path of Microsoft peering has another number of prefixes from Microsoft. ARM reports it in the edge
 * router's table of that path: rows whose AS path begins with Microsoft's own network. The summary counts the customer's only, so that
 * nothing speaks for or against a table without any row: it is believed when the next sample shows it, too (docs/rules/detection.md 2.0).
 */
export function microsoftPrefixes(context: FoldContext, signals: readonly Signal[]): void {
  const { mark } = context
  if (mark.kind !== 'tables' || mark.outcome !== 'ok') return
  if (peeringKind(parsePath(mark.subresource).peering) !== 'microsoft') return
  const reported = signals.find(
    (signal): signal is RoutesSignal => signal.type === 'routes' && signal.fromMicrosoft !== undefined,
  )
  if (!reported) return stillEmpty(context)
  const { fromMicrosoft: counts, emptied } = scopeOf(context, mark.scope)
  const before = counts[mark.subresource]
  const after = reported.fromMicrosoft ?? 0
  delete emptied[mark.subresource]
  if (before === undefined || before === after || mark.previousOkAt === null) {
    counts[mark.subresource] = after
    return
  }
  const found = { proof: mark, before, after, ...changedIn(reported) }
  if (isEmpty(reported)) {
    const { startedAt, finishedAt, previousOkAt } = mark
    const { started, prefixes } = found
    emptied[mark.subresource] = { proof: { startedAt, finishedAt, previousOkAt }, started, prefixes }
    return
  }
  raise(context, found)
}

/** A table that came back empty is believed with a second sample. */
export const recheckEmptied = ({ emptied }: ScopeState): RecheckAt => nextPollIf(Object.keys(emptied).length > 0)

/** Nothing moved in the table: where it was empty, it still is. */
function stillEmpty(context: FoldContext): void {
  const { mark } = context
  const { fromMicrosoft: counts, emptied } = scopeOf(context, mark.scope)
  const known = emptied[mark.subresource]
  // a poll that is folded again is no second sample
  if (!known || mark.startedAt <= known.proof.startedAt) return
  delete emptied[mark.subresource]
  raise(context, { ...known, before: counts[mark.subresource] ?? 0, after: 0 })
}

/** No row of anybody's: what only Microsoft withdrew leaves the customer's own. */
const isEmpty = ({ sizes }: RoutesSignal) => Object.values(sizes).every((size) => size === 0)

function raise(context: FoldContext, { proof, started, prefixes, before, after }: Found): void {
  const { mark, settings } = context
  const isMuch = after === 0 || Math.abs(after - before) >= settings['microsoft.change'] * before
  scopeOf(context, mark.scope).fromMicrosoft[mark.subresource] = after
  putRouteEvent(context, {
    kind: 'microsoft_prefixes_changed',
    scope: mark.scope,
    subject: mark.subresource,
    severity: isMuch ? 'warning' : 'info',
    started,
    prefixes,
    peers: [],
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

function changedIn({ changes }: RoutesSignal): Pick<Emptied, 'started' | 'prefixes'> {
  const own = changes.filter(
    ({ op, before, after }) =>
      op !== 'change' && [...before, ...after].some(({ asPath }) => announcedByMicrosoft(asPath)),
  )
  return {
    started: boundsOfChanges(own.length > 0 ? own : changes),
    prefixes: own.map(({ prefix }) => prefix).slice(0, KEPT),
  }
}
