import type { Bounds } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'
import type { Signal } from '../../model/signal.ts'
import { type FoldContext, scopeOf } from '../../model/context.ts'

/** Writes what Azure Monitor reported each path's layers last: the same minutes come again with the next poll, and later ones. */
export function applyAvailability(context: FoldContext, signals: readonly Signal[]): void {
  for (const signal of signals) {
    if (signal.type !== 'availability') continue
    const { subresource, layer, reported, low, down = [], last } = signal
    const { availability } = scopeOf(context, context.mark.scope)
    const key = layer === 'arp' ? arpOf(subresource) : subresource
    const well = lastWell(reported, down) ?? availability[key]?.well
    const before = availability[key]
    const passed = runsOf(down).flatMap(({ first, last: end }) =>
      end.latest < reported.latest && first.earliest >= (before?.reported.latest ?? reported.latest)
        ? [{ first, last: end }]
        : [],
    )
    availability[key] = {
      reported,
      low,
      down,
      ...(last !== undefined && { last }),
      ...(well && { well }),
      ...(passed.length > 0 && { passed }),
      ...(!before && { isFirst: true as const }),
    }
  }
}

/** How the availability of a path's ARP is named beside that of its BGP. */
export const arpOf = (subresource: string): string => `${subresource} arp`

/** Down minutes that follow each other. */
export function runsOf(down: readonly Bounds[]): { first: Bounds; last: Bounds; minutes: Bounds[] }[] {
  const runs: { first: Bounds; last: Bounds; minutes: Bounds[] }[] = []
  for (const minute of down) {
    const run = runs.at(-1)
    if (run && run.last.latest >= minute.earliest) {
      run.last = minute
      run.minutes.push(minute)
    } else runs.push({ first: minute, last: minute, minutes: [minute] })
  }
  return runs
}

/** The newest minute that was not down; null = none was. */
function lastWell({ earliest, latest }: Bounds, down: readonly Bounds[]): Bounds | null {
  for (let at = latest; at > earliest; at -= MINUTE) {
    if (!down.some((minute) => minute.earliest < at && minute.latest >= at))
      return { earliest: at - MINUTE, latest: at }
  }
  return null
}
