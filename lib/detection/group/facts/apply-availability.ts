import type { TimestampBounds } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { PollSignal } from '../../model/signal.ts'
import { type DetectionContext, ensureResourceState } from '../../model/context.ts'

/**
 * Stores the availability that Azure Monitor reported for the layers of each path (BGP and ARP), and for the sessions
 * of gateways. Each poll repeats the
 * minutes of earlier polls and adds new ones, so the stored value is replaced.
 */
export function applyAvailabilitySignals(context: DetectionContext, signals: readonly PollSignal[]): void {
  for (const signal of signals) {
    if (signal.type !== 'availability') continue
    const { subresource, layer, grainMs, reported, low, down = [], last } = signal
    const { availability } = ensureResourceState(context, context.mark.scope)
    const key = layer === 'arp' ? formatArpAvailabilityKey(subresource) : subresource
    const well = lastWell(reported, down, grainMs) ?? availability[key]?.well
    const before = availability[key]
    const passed = groupConsecutiveMinutes(down).flatMap(({ first, last: end }) =>
      end.latest < reported.latest && first.earliest >= (before?.reported.latest ?? reported.latest)
        ? [{ first, last: end }]
        : [],
    )
    availability[key] = {
      reported,
      low,
      ...(grainMs !== undefined && { grainMs }),
      down,
      ...(last !== undefined && { last }),
      ...(well && { well }),
      ...(passed.length > 0 && { passed }),
      ...(!before && { isFirst: true as const }),
    }
  }
}

/** Returns the key of the availability of a path's ARP, which is stored next to the availability of its BGP. */
export const formatArpAvailabilityKey = (subresource: string): string => `${subresource} arp`

/** Groups consecutive down minutes into runs. */
export function groupConsecutiveMinutes(
  down: readonly TimestampBounds[],
): { first: TimestampBounds; last: TimestampBounds; minutes: TimestampBounds[] }[] {
  const runs: { first: TimestampBounds; last: TimestampBounds; minutes: TimestampBounds[] }[] = []
  for (const minute of down) {
    const run = runs.at(-1)
    if (run && run.last.latest >= minute.earliest) {
      run.last = minute
      run.minutes.push(minute)
    } else runs.push({ first: minute, last: minute, minutes: [minute] })
  }
  return runs
}

/** Returns the newest interval that was not down; null if all intervals were down. */
function lastWell(
  { earliest, latest }: TimestampBounds,
  down: readonly TimestampBounds[],
  grainMs = MS_PER_MINUTE,
): TimestampBounds | null {
  for (let at = latest; at > earliest; at -= grainMs) {
    if (!down.some((minute) => minute.earliest < at && minute.latest >= at))
      return { earliest: at - grainMs, latest: at }
  }
  return null
}
