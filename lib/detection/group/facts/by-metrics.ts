import { BEFORE_MONITORING, type Bounds, type EpochMs } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'
import { nextPollIf, type RecheckAt } from '../../model/recheck.ts'
import { arpOf } from './apply-availability.ts'
import { isStale } from './last-answer.ts'

/** Minutes arrive late; newer ones than this speak of now. */
const OLDEST_MS = 20 * 60_000

/** A layer of a path as metrics show it. */
export interface MeasuredLayer {
  level: 'up' | 'down'
  /** since when: no narrower than the minutes that metrics are sums of */
  since: Bounds
  /** of the newest minute; null = stored before that was kept */
  percent: number | null
  /** outages that were over when metrics first showed them */
  passed: MetricOutage[]
  /** down for two whole minutes or more, as two samples would show */
  isSure: boolean
}

/** When something fell, and when it was back. */
export interface MetricOutage {
  fell: Bounds
  rose: Bounds
  /** it was down for two whole minutes or more, as two samples would show */
  isSure: boolean
}

/**
 * What metrics say of a path's session or ARP entry where Azure refuses to report them; null = it does not, or they say nothing of now. Minutes from
 * before the last answer of the router itself are older than that, and do not count.
 */
export function measuredLayer(
  context: FoldContext,
  circuit: string,
  subresource: string,
  kind: 'summary' | 'arp',
): MeasuredLayer | null {
  const scope = scopeOf(context, circuit)
  const now = context.mark.finishedAt
  const fact = scope.availability[kind === 'arp' ? arpOf(subresource) : subresource]
  if (!fact?.down || !isRefused(context, circuit, subresource, kind)) return null
  const lastGoodAt = scope.failing[`${subresource} ${kind}`]?.lastGoodAt ?? null
  const { reported, down, well, last = null, passed = [] } = fact
  if (now - reported.latest > OLDEST_MS || (lastGoodAt !== null && reported.latest - MINUTE < lastGoodAt)) return null
  const isDown = down.some(({ latest }) => latest >= reported.latest)
  return {
    level: isDown ? 'down' : 'up',
    since: isDown ? fellIn(down, well, lastGoodAt) : roseIn(down),
    percent: last,
    isSure: isDown && down.filter(({ earliest }) => !well || earliest >= well.latest).length > 1,
    passed: context.mark.kind === 'metrics' && context.mark.scope === circuit ? passed.map(outageOf) : [],
  }
}

const outageOf = (run: { first: Bounds; last: Bounds }): MetricOutage => ({
  fell: { earliest: run.first.earliest - MINUTE, latest: run.first.latest },
  rose: roseIn([run.last]),
  isSure: run.last.latest - run.first.earliest >= 2 * MINUTE,
})

/** The right to ask for it is missing, and what was reported last is too old to rely on: what metrics report stands in. */
const isRefused = (context: FoldContext, scope: string, subresource: string, kind: 'summary' | 'arp'): boolean =>
  scopeOf(context, scope).failing[`${subresource} ${kind}`]?.refused === true &&
  isStale(context, { scope, subresource, kind })

/** It fell after the last minute that was well began, and before the first that was down ended. */
function fellIn(down: readonly Bounds[], well: Bounds | undefined, lastGoodAt: EpochMs | null): Bounds {
  const first = down.find(({ earliest }) => !well || earliest >= well.latest)
  const earliest = Math.max(well?.earliest ?? BEFORE_MONITORING, lastGoodAt ?? BEFORE_MONITORING)
  return { earliest, latest: Math.max(earliest, first?.latest ?? earliest) }
}

/** It rose after the last minute that was down began, and before the one behind it ended; long ago where none was. */
function roseIn(down: readonly Bounds[]): Bounds {
  const last = down.at(-1)
  if (!last) return { earliest: BEFORE_MONITORING, latest: BEFORE_MONITORING }
  return { earliest: last.earliest, latest: last.latest + MINUTE }
}

/** Minutes of metrics are no news by themselves: where nothing else may be read, every poll is folded. */
export function recheckMeasured(context: FoldContext, scope: string): RecheckAt {
  const state = context.scopes[scope]
  const paths = Object.keys(state?.failing ?? {}).flatMap((key) => (key.endsWith(' summary') ? key.slice(0, -8) : []))
  return nextPollIf(paths.some((subresource) => isRefused(context, scope, subresource, 'summary')))
}
