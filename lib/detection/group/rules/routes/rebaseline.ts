import { UNDECLARED } from './paths/no-path.ts'
import { end } from '../../../model/condition.ts'
import { type FoldContext, isOpen, liveEvents } from '../../../model/context.ts'
import { leavesPrimary } from './paths/primary.ts'

/** How long after what carried them is back undeclared ranges are waited for. */
const WAIT_FOR_RANGES_MS = 10 * 60_000

/** Ranges that do not come back with what carried them are not announced any more: that is no outage. */
export function expireUndeclaredRanges(context: FoldContext): void {
  const lives = liveEvents(context)
  for (const live of lives) {
    if (!isOpen(live) || live.event.kind !== 'no_path' || !live.event.flags.includes(UNDECLARED)) continue
    const ended = lives.find(({ event }) => event.key === live.event.partOf)?.event.ended
    if (!ended || context.mark.finishedAt - ended.latest < WAIT_FOR_RANGES_MS) continue
    end(live, ended)
    live.event = { ...live.event, flags: [...live.event.flags, 'not_returned'] }
  }
}

/**
 * Paths that have been best for so long are how it is meant now: a shift to them is over, though nothing returned. Not while something says
 * what is meant instead; once nothing does any more it is over from then on.
 */
export function rebaseline(context: FoldContext): void {
  const { mark, settings } = context
  for (const live of liveEvents(context)) {
    const { kind, started, flags } = live.event
    const over = started.latest + settings['failover.shift.baseline']
    if (kind !== 'best_path_shift' || !isOpen(live) || mark.finishedAt < over) continue
    if (leavesPrimary(context, live)) continue
    // a policy that was changed since the poll before, and not a day that has passed since
    const isLate = (mark.previousOkAt ?? 0) > over
    end(
      live,
      isLate ? { earliest: mark.previousOkAt ?? over, latest: mark.finishedAt } : { earliest: over, latest: over },
    )
    live.event = { ...live.event, flags: [...flags, 'baseline'] }
  }
}
