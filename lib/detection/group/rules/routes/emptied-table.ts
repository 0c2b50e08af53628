import type { Bounds, Evidence } from '#lib/contract/index.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import { nextPollIf, type RecheckAt } from '../../../model/recheck.ts'
import { type Emptied, type Proof, proofOf } from '../../../model/route-memory.ts'
import type { ScopeState } from '../../../model/scope-state.ts'
import type { RoutesSignal } from '../../../model/signal.ts'

/**
 * Tables for or against which nothing else speaks: one that comes back without any row is believed when the next sample shows it, too
 * (docs/rules/detection.md 2.0).
 */

/** Prefixes that an event keeps; the history of routes has all. */
const KEPT = 200

/** No row of anybody's. */
export const isEmptied = ({ sizes }: RoutesSignal): boolean => Object.values(sizes).every((size) => size === 0)

/** What an event reports of a table that changed by this poll. */
export const changedAt = (proof: Proof, started: Bounds, prefixes: readonly string[]): Emptied => ({
  proof: proofOf(proof),
  started,
  prefixes: prefixes.slice(0, KEPT),
})

/** The table of this poll came back empty: it waits for the next sample. */
export function awaitSecondSample(context: FoldContext, emptied: Emptied): void {
  scopeOf(context, context.mark.scope).emptied[context.mark.subresource] = emptied
}

/** Forgets what waited for a second sample of this poll's table: it has rows, or other ones. */
export function forgetEmptied(context: FoldContext): void {
  delete scopeOf(context, context.mark.scope).emptied[context.mark.subresource]
}

/** What waited for a second sample, where a poll without any change is one: where the table was empty, it still is. */
export function stillEmptied(context: FoldContext): Emptied | null {
  const { mark } = context
  const known = scopeOf(context, mark.scope).emptied[mark.subresource]
  if (!known) return null
  forgetEmptied(context)
  return known
}

export const recheckEmptied = ({ emptied }: ScopeState): RecheckAt => nextPollIf(Object.keys(emptied).length > 0)

/** A count of prefixes before and after, as the poll sampled it. */
export const countEvidence = (field: string, before: number, after: number, proof: Proof): Evidence => ({
  field,
  before,
  after,
  sampledBefore: proof.previousOkAt === null ? null : { earliest: proof.previousOkAt, latest: proof.startedAt },
  sampledAfter: { earliest: proof.startedAt, latest: proof.finishedAt },
})
