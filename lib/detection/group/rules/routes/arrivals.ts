import type { Bounds, EpochMs } from '#lib/contract/index.ts'
import { type FoldContext, scopeOf } from '../../../model/context.ts'
import type { ChangedPrefix, RouteTable } from '../../../model/route.ts'

/**
 * Keeps the prefixes that this poll's gateway reports and no gateway reported before, for as long as another gateway's table is older:
 * gateways are read one after the other, and what that table brings may have come at the same time.
 */
export function noteArrivals(
  context: FoldContext,
  moved: readonly ChangedPrefix[],
  { readAt = {} }: RouteTable,
  { latest }: Bounds,
): void {
  const scope = scopeOf(context, context.mark.scope)
  const changed = new Set(moved.map(({ prefix }) => prefix))
  const kept = (scope.arrivals ?? []).flatMap((arrival) => {
    const prefixes = arrival.prefixes.filter((prefix) => !changed.has(prefix) || isStillThere(moved, prefix))
    return prefixes.length > 0 ? [{ ...arrival, prefixes }] : []
  })
  const prefixes = moved.flatMap(({ prefix, before, after }) =>
    before.length === 0 && after.length > 0 ? [prefix] : [],
  )
  const unread = Object.entries(readAt).flatMap(([gateway, at]) =>
    gateway !== context.mark.scope && at < latest ? [gateway] : [],
  )
  const arrivals = prefixes.length > 0 && unread.length > 0 ? [...kept, { prefixes, latest, unread }] : kept
  if (arrivals.length > 0) scope.arrivals = arrivals
  else delete scope.arrivals
}

/** Whether a prefix that had arrived has had routes all the time. */
const isStillThere = (moved: readonly ChangedPrefix[], prefix: string) =>
  moved.some((one) => one.prefix === prefix && one.before.length > 0 && one.after.length > 0)

/**
 * Prefixes that another gateway reported from nothing, of which this change may have come at the same time: it is not proven that what
 * that gateway reported was ever the best path.
 * @param between bounds of this poll's changes
 */
export function arrivedTogether({ scopes, mark }: FoldContext, { earliest }: Bounds): Set<string> {
  const together = new Set<string>()
  for (const [name, { arrivals = [] }] of Object.entries(scopes)) {
    if (name === mark.scope) continue
    for (const { latest, prefixes } of arrivals)
      if (earliest < latest) for (const prefix of prefixes) together.add(prefix)
  }
  return together
}

/** Forgets arrivals once every other gateway's table is newer than they are, or the gateway is gone. */
export function settleArrivals({ scopes, mark, topology }: FoldContext): void {
  const isRead = (gateway: string, latest: EpochMs) =>
    gateway === mark.scope && mark.kind === 'learned' && mark.outcome === 'ok' && mark.startedAt >= latest
  const isThere = (gateway: string) => topology.gateways.some(({ scope }) => scope === gateway)
  for (const scope of Object.values(scopes)) {
    if (!scope.arrivals) continue
    const waiting = scope.arrivals.flatMap((arrival) => {
      const unread = arrival.unread.filter((gateway) => isThere(gateway) && !isRead(gateway, arrival.latest))
      return unread.length > 0 ? [{ ...arrival, unread }] : []
    })
    if (waiting.length > 0) scope.arrivals = waiting
    else delete scope.arrivals
  }
}
