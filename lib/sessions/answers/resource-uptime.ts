import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { type EpochMs, type EventKind, isPolledGatewayType } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { mergeTimeIntervals } from '#lib/contract/time/time-spans.ts'
import type { ApiResourceUptime, UptimeOfEqualDays } from '../api/index.ts'
import {
  splitPeriodByState,
  clipStateIntervalsToPeriods,
  type PeriodStateInterval,
  sumStateIntervals,
} from '#lib/detection/index.ts'
import {
  readExpectedMaintenance,
  type OutageTime,
  readOutageTimes,
  type SourceStatus,
  getSharedIds,
} from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import type { Period } from '#lib/history/index.ts'
import { addProvenUntil } from '#lib/questions/event-sources.ts'
import { findUnpolledTimesByResource, listMaintenancePeriods } from '#lib/questions/sessions/outage-periods.ts'
import type { EstateTopology } from '#lib/questions/topology.ts'
import {
  readCircuitSessionTimes,
  disabledPeeringKinds,
  computePeeringStates,
  combinePeeringStates,
  type PeeringStateIntervals,
} from './peering-states.ts'

/**
 * The kinds of events that are a partial outage of a circuit or gateway. `circuit_down` and `gateway_isolated` are also
 * outages of the whole resource. Every display of uptime uses these kinds.
 * @source docs/rules/availability.md
 */
const partialOutages: Readonly<Record<'circuit' | 'gateway', readonly EventKind[]>> = {
  circuit: ['circuit_down', 'path_down', 'green_but_dead'],
  gateway: ['gateway_isolated', 'gateway_instance_lost', 'peer_lost'],
}

/** A period of one resource, divided into intervals by the state of the resource. */
export interface ResourceUptime {
  id: string
  type: ApiResourceUptime['type']
  parts: PeriodStateInterval[]
  /**
   * The same period, divided by partial outages. The state is `up` if no partial outage is known, even at times without
   * a successful poll
   */
  inPart: PeriodStateInterval[]
  /** the same period of a circuit divided by whether any peering forwarded traffic; null = not measured */
  forwarding: PeriodStateInterval[] | null
  /** peerings of a circuit; empty for other types */
  peerings: PeeringStateIntervals[]
  /** outage events of the resource */
  outages: readonly OutageTime[]
}

/**
 * Divides a period by state for every circuit and gateway that the caller may see. A gateway is left out if its
 * sessions cannot be polled, or if it is shared with other customers whose resources the caller may not see.
 * @param known.scope short ID of one resource; absent = all
 * @param known.type `circuit` = gateways are left out
 */
export async function readResourceUptimes(
  q: SqlExecutor,
  period: Period,
  known: {
    topology: EstateTopology
    sources: readonly SourceStatus[]
    now: EpochMs
    scope?: string | undefined
    type?: 'circuit'
  },
): Promise<ResourceUptime[]> {
  const { topology, sources, now, scope, type } = known
  const shared = getSharedIds(q)
  const isWanted = (id: string) => scope === undefined || scope === id
  // A gateway is included only if its sessions are polled, or if its type supports that. The sessions of ExpressRoute
  // gateways in Virtual WAN hubs cannot be polled.
  const polled = new Set(sources.filter(({ poll }) => poll.kind === 'peers').map((one) => one.scope))
  const gateways = topology.gateways
    .filter(({ resource: { id, type } }) => polled.has(id) || isPolledGatewayType(type))
    .map(({ resource }) => resource.id)
    .filter((id) => type !== 'circuit' && isWanted(id) && !shared.has(id))
  const circuits = topology.circuits.filter(({ resource }) => isWanted(resource.id))
  if (circuits.length === 0 && gateways.length === 0) return []
  const kinds = [...partialOutages.circuit, ...disabledPeeringKinds, ...partialOutages.gateway]
  const read = await readOutageTimes(q, { kinds, ...period, scope })
  const outages = Map.groupBy(await addProvenUntil(q, read, sources, now), (one) => one.scope)
  const maintenance = await readExpectedMaintenance(q, period, decodeResourceConfig)
  const factsOf = (id: string, unseen: ReadonlyMap<string, readonly Period[]>) => ({
    unseen: unseen.get(id) ?? [period],
    work: listMaintenancePeriods(id, maintenance),
  })
  const divided: ResourceUptime[] = []
  if (circuits.length > 0) {
    const unseen = await findUnpolledTimesByResource(q, period, 'summary', sources)
    const uncounted = await findUnpolledTimesByResource(q, period, 'stats', sources)
    // If a circuit has a single peering and no outage, its sessions cannot change the result and are not read.
    const inQuestion = circuits.filter(({ resource: { id }, config }) => config.peerings.length > 1 || outages.has(id))
    const times = inQuestion.length > 0 ? await readCircuitSessionTimes(q, inQuestion, period, topology) : new Map()
    for (const circuit of circuits) {
      const { id } = circuit.resource
      const own = outages.get(id) ?? []
      const facts = factsOf(id, unseen)
      const peerings = computePeeringStates(circuit, times, period, {
        ...facts,
        losses: own,
        unseenBytes: mergeTimeIntervals([...facts.unseen, ...(uncounted.get(id) ?? [period])]),
      })
      const inPart = [
        ...own.filter(({ kind }) => partialOutages.circuit.includes(kind)),
        ...peerings.flatMap(({ off }) => off),
      ]
      divided.push({
        id,
        type: 'circuit',
        parts:
          peerings.length > 0
            ? combinePeeringStates(period, peerings, 'session')
            : splitPeriodByState(period, { outages: own.filter(({ kind }) => kind === 'circuit_down'), ...facts }),
        inPart: splitPeriodByState(period, { outages: inPart, unseen: [], work: [] }),
        forwarding:
          uncounted.has(id) && peerings.length > 0 ? combinePeeringStates(period, peerings, 'forwarding') : null,
        peerings,
        outages: own,
      })
    }
  }
  if (gateways.length > 0) {
    const unseen = await findUnpolledTimesByResource(q, period, 'peers', sources)
    for (const id of gateways) {
      const own = outages.get(id) ?? []
      const down = own.filter(({ kind }) => kind === 'gateway_isolated')
      divided.push({
        id,
        type: 'gateway',
        parts: splitPeriodByState(period, { outages: down, ...factsOf(id, unseen) }),
        // `own` contains only events of the kinds in `partialOutages.gateway`, because the other kinds are about
        // circuits.
        inPart: splitPeriodByState(period, { outages: own, unseen: [], work: [] }),
        forwarding: null,
        peerings: [],
        outages: own,
      })
    }
  }
  return divided
}

/** Number of seconds that a resource spent in each state on one UTC day, and the day, for example `2026-11-20`. */
export type ResourceUptimeOfDay = Omit<UptimeOfEqualDays, 'from' | 'days'> & { day: string }

/** The intervals from which the seconds of each day are computed; null or absent = this layer is not measured. */
type DayParts = Pick<ResourceUptime, 'parts' | 'inPart'> &
  Partial<Record<'forwarding' | 'reachability', PeriodStateInterval[] | null>>

/** Returns the period of the last UTC days. Today is the last of them and ends now. */
export const computeLastDaysPeriod = (days: number, now: EpochMs): Period => ({
  from: now - (now % MS_PER_DAY) - (days - 1) * MS_PER_DAY,
  to: now,
})

/** Divides a period into parts of equal length. The last part may be shorter. */
export const splitPeriod = ({ from, to }: Period, pieces: number, pieceMs: number): Period[] =>
  Array.from({ length: pieces }, (_, n) => ({
    from: from + n * pieceMs,
    to: Math.min(to, from + (n + 1) * pieceMs),
  }))

/** Returns the uptime of each UTC day in a period, oldest first. The last day may be incomplete. */
export function computeDailyUptime(
  period: Period,
  { parts, inPart, forwarding, reachability }: DayParts,
): ResourceUptimeOfDay[] {
  const days = splitPeriod(period, Math.ceil((period.to - period.from) / MS_PER_DAY), MS_PER_DAY)
  const lost = clipStateIntervalsToPeriods(inPart, days)
  const [idle, cutOff] = [forwarding, reachability].map((layer) => layer && clipStateIntervalsToPeriods(layer, days))
  return clipStateIntervalsToPeriods(parts, days).map((own, n) => {
    const day = days[n] ?? period
    const { up, down, unknownMs, plannedMs } = sumStateIntervals(own)
    return {
      day: formatUtcDay(day.from),
      seconds: (day.to - day.from) / 1_000,
      upSeconds: secondsOf(up),
      downSeconds: secondsOf(down),
      partDownSeconds: secondsOf(sumStateIntervals(lost[n] ?? []).down),
      unknownSeconds: unknownMs / 1_000,
      plannedSeconds: plannedMs / 1_000,
      ...lossSeconds('noForwardingSeconds', idle?.[n]),
      ...lossSeconds('noRouteSeconds', cutOff?.[n]),
    }
  })
}

/** Returns an object with the seconds of a loss in the field `name`. The object is empty if nothing was lost. */
function lossSeconds(name: 'noForwardingSeconds' | 'noRouteSeconds', parts: readonly PeriodStateInterval[] = []) {
  const seconds = secondsOf(sumStateIntervals(parts).down)
  return seconds.atMost > 0 ? { [name]: seconds } : {}
}

const secondsOf = ({ minMs, maxMs }: { minMs: number; maxMs: number }) => ({
  atLeast: minMs / 1_000,
  atMost: maxMs / 1_000,
})

/**
 * Merges consecutive days with the same values into one entry. Otherwise a response with 90 days of 200 circuits would
 * have four megabytes.
 */
export function mergeEqualDays(days: readonly ResourceUptimeOfDay[]): UptimeOfEqualDays[] {
  const runs: UptimeOfEqualDays[] = []
  let before: ResourceUptimeOfDay | undefined
  for (const day of days) {
    const run = runs.at(-1)
    if (run && before && isAlike(before, day)) run.days++
    else {
      const { day: from, ...facts } = day
      runs.push({ from, days: 1, ...facts })
    }
    before = day
  }
  return runs
}

const isAlike = (a: ResourceUptimeOfDay, b: ResourceUptimeOfDay) =>
  a.seconds === b.seconds &&
  a.unknownSeconds === b.unknownSeconds &&
  a.plannedSeconds === b.plannedSeconds &&
  areSame(a.upSeconds, b.upSeconds) &&
  areSame(a.downSeconds, b.downSeconds) &&
  areSame(a.partDownSeconds, b.partDownSeconds) &&
  areSame(a.noForwardingSeconds, b.noForwardingSeconds) &&
  areSame(a.noRouteSeconds, b.noRouteSeconds)

const areSame = (a: ResourceUptimeOfDay['noRouteSeconds'], b: ResourceUptimeOfDay['noRouteSeconds']) =>
  a?.atLeast === b?.atLeast && a?.atMost === b?.atMost
