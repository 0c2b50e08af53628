import { type CircuitPath, circuitPaths } from '#lib/contract/index.ts'
import { overlapsPrefix, parsePrefix, parsePrefixes } from '#lib/bgp/index.ts'
import type { EpochMs, TimestampBounds } from '#lib/contract/time/time.ts'
import {
  type ComparedPeriod,
  findRouteEffects,
  type PrefixRouteEffect,
  type RouteRowWithObservedTime,
  type RouteTablesWithObservedTimes,
} from './impact-routes.ts'

/** A prefix that the customer's routers of a circuit path no longer announce to Azure. */
export interface ReportedWithdrawal {
  /** short ID of the circuit */
  circuit: string
  path: CircuitPath
  prefix: string
  between: TimestampBounds
}

/** Recent changes of the announcements to one virtual network or hub, as customers' routers report them. */
export interface ReportedChanges {
  withdrawn: readonly ReportedWithdrawal[]
  /** prefixes that a router announces newly or by another path; the last tables may not contain these routes yet */
  announced: readonly string[]
  /** start of the last poll of the table, by the short ID of the gateway */
  readAt: ReadonlyMap<string, EpochMs>
}

/**
 * Returns the prefixes that have no route left if the withdrawals that routers reported after the last poll of the
 * tables are applied to these tables (docs/rules/events.md, "Impact"). If the path of a route is unknown, both paths of
 * its circuit must be withdrawn. A prefix is left out if another route covers it, or if a router newly announces an
 * overlapping prefix. Once a later poll starts, only its table decides.
 */
export function findReportedLosses(
  { preference, routes }: RouteTablesWithObservedTimes,
  period: ComparedPeriod,
  { withdrawn, announced, readAt }: ReportedChanges,
): PrefixRouteEffect[] {
  const times = new Map(withdrawn.map((one) => [`${one.circuit} ${one.path} ${one.prefix}`, one.between]))
  const ended = new Set<RouteRowWithObservedTime>()
  const rows = routes.map((row) => {
    const { gateway, circuit, path, prefix } = row
    const read = readAt.get(gateway)
    if (row.until !== Number.POSITIVE_INFINITY || read === undefined) return row
    const paths = path === null ? circuitPaths : [path]
    const gone = paths.flatMap((one) => times.get(`${circuit} ${one} ${prefix}`) ?? [])
    if (gone.length < paths.length || gone.some(({ earliest }) => earliest < read)) return row
    const end = { ...row, until: Math.max(...gone.map(({ latest }) => latest)) }
    ended.add(end)
    return end
  })
  const isLost = ({ kind, because }: PrefixRouteEffect) =>
    (kind === 'lost' || kind === 'internet') && because.some((row) => ended.has(row))
  const fresh = parsePrefixes(announced)
  return findRouteEffects({ preference, routes: rows }, period).flatMap((effect) => {
    const prefix = parsePrefix(effect.prefix)
    const isAnnounced = prefix === null || fresh.some((one) => overlapsPrefix(one, prefix))
    return isLost(effect) && !isAnnounced ? [{ ...effect, absences: [], isReported: true }] : []
  })
}
