import { formatUtcDay } from '#lib/contract/time/dates.ts'
import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import { type EpochMs, type EventKind, isPolledGatewayType } from '#lib/contract/index.ts'
import { DAY } from '#lib/contract/time/time.ts'
import type { Uptime, UptimeDays } from '../api/index.ts'
import { dividePeriod, clipPartsToPeriods, type PeriodPart, sumPeriodParts } from '#lib/detection/index.ts'
import {
  readExpectedMaintenance,
  type OutageTime,
  readOutageTimes,
  type SourceStatus,
  getSharedIds,
} from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import type { Period } from '#lib/history/index.ts'
import { findUnseenSpansByScope, listMaintenancePeriods } from '#lib/questions/sessions/outage-periods.ts'
import type { Topology } from '#lib/questions/topology.ts'
import {
  readCircuitSessionTimes,
  disabledPeeringKinds,
  dividePeeringPeriods,
  combinePeerings,
} from './circuit-parts.ts'

/**
 * The kinds of events that are an outage (`down`) or a partial outage (`part`) of a circuit or gateway, and the poll
 * that would find the outage. Every display of uptime uses these rules.
 * @source docs/rules/availability.md
 */
const rules = {
  circuit: { down: ['circuit_down'], part: ['circuit_down', 'path_down'], poll: 'summary' },
  gateway: {
    down: ['gateway_isolated'],
    part: ['gateway_isolated', 'gateway_instance_lost', 'peer_lost'],
    poll: 'peers',
  },
} as const satisfies Partial<
  Record<Uptime['type'], { down: EventKind[]; part: EventKind[]; poll: 'summary' | 'peers' }>
>

/** A period of one resource, divided by the state of the resource. */
export interface ResourceUptime {
  id: string
  type: Uptime['type']
  parts: PeriodPart[]
  /**
   * the same period divided by partial outages. Without a known partial outage, the state is `up`, even where no poll
   * was successful
   */
  inPart: PeriodPart[]
}

/**
 * Divides a period for every circuit and gateway that the caller may see. A gateway is left out if its sessions cannot
 * be polled, or if it also serves other customers whose resources the caller may not see.
 * @param known.scope short ID of one resource; absent = all
 */
export async function readUptimeParts(
  q: Queryable,
  period: Period,
  known: { topology: Topology; sources: readonly SourceStatus[]; scope?: string | undefined },
): Promise<ResourceUptime[]> {
  const { topology, sources, scope } = known
  const shared = getSharedIds(q)
  const isWanted = (id: string) => scope === undefined || scope === id
  // Only gateways with a poll or of a supported type are included. Gateways in Virtual WAN hubs have no polled
  // sessions.
  const polled = new Set(sources.filter(({ poll }) => poll.kind === rules.gateway.poll).map((one) => one.scope))
  const ids = {
    circuit: topology.circuits.map(({ resource }) => resource.id).filter(isWanted),
    gateway: topology.gateways
      .filter(({ resource: { id, type } }) => polled.has(id) || isPolledGatewayType(type))
      .map(({ resource }) => resource.id)
      .filter((id) => isWanted(id) && !shared.has(id)),
  }
  const types = (['circuit', 'gateway'] as const).filter((type) => ids[type].length > 0)
  if (types.length === 0) return []
  const kinds = types.flatMap((type) => [...rules[type].part, ...(type === 'circuit' ? disabledPeeringKinds : [])])
  const outages = Map.groupBy(await readOutageTimes(q, { kinds, ...period, scope }), (one) => one.scope)
  const maintenance = await readExpectedMaintenance(q, period, decodeResourceConfig)
  const divided: ResourceUptime[] = []
  for (const type of types) {
    const { down, part, poll } = rules[type]
    const unseen = await findUnseenSpansByScope(q, period, poll, sources)
    const hasActs = (id: string) => outages.get(id)?.some(({ kind }) => disabledPeeringKinds.includes(kind)) ?? false
    const circuits = topology.circuits.filter(
      ({ resource: { id }, config }) =>
        type === 'circuit' && (config.peerings.length > 1 || hasActs(id)) && ids[type].includes(id),
    )
    const times = circuits.length > 0 ? await readCircuitSessionTimes(q, circuits, period, topology) : new Map()
    for (const id of ids[type]) {
      const own = outages.get(id) ?? []
      const of = (wanted: readonly EventKind[]) => own.filter(({ kind }) => wanted.includes(kind))
      const circuit = circuits.find(({ resource }) => resource.id === id)
      const facts = { unseen: unseen.get(id) ?? [period], work: listMaintenancePeriods(id, maintenance) }
      const peerings = circuit ? dividePeeringPeriods(circuit, times, period, { losses: own, ...facts }) : []
      const inPart = [...(of(part) satisfies OutageTime[]), ...peerings.flatMap(({ off }) => off)]
      divided.push({
        id,
        type,
        parts: circuit
          ? combinePeerings(period, peerings, 'session')
          : dividePeriod(period, { outages: of(down), ...facts }),
        inPart: dividePeriod(period, { outages: inPart, unseen: [], work: [] }),
      })
    }
  }
  return divided
}

/** Seconds of one UTC day in each state, with the day, for example `2026-11-20`. */
export type DailyUptime = Omit<UptimeDays, 'from' | 'days'> & { day: string }

/** Returns the period of the last UTC days. Today is the last of them and ends now. */
export const computeLastDaysPeriod = (days: number, now: EpochMs): Period => ({
  from: now - (now % DAY) - (days - 1) * DAY,
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
  { parts, inPart }: Pick<ResourceUptime, 'parts' | 'inPart'>,
): DailyUptime[] {
  const days = splitPeriod(period, Math.ceil((period.to - period.from) / DAY), DAY)
  const lost = clipPartsToPeriods(inPart, days)
  return clipPartsToPeriods(parts, days).map((own, n) => {
    const day = days[n] ?? period
    const { up, down, unknownMs, plannedMs } = sumPeriodParts(own)
    return {
      day: formatUtcDay(day.from),
      seconds: (day.to - day.from) / 1_000,
      upSeconds: secondsOf(up),
      downSeconds: secondsOf(down),
      partDownSeconds: secondsOf(sumPeriodParts(lost[n] ?? []).down),
      unknownSeconds: unknownMs / 1_000,
      plannedSeconds: plannedMs / 1_000,
    }
  })
}

const secondsOf = ({ minMs, maxMs }: { minMs: number; maxMs: number }) => ({
  atLeast: minMs / 1_000,
  atMost: maxMs / 1_000,
})

/**
 * Merges consecutive days that are equal into one entry. Without this, a response with 90 days of 200 circuits would
 * have four megabytes.
 */
export function mergeEqualDays(days: readonly DailyUptime[]): UptimeDays[] {
  const runs: UptimeDays[] = []
  let before: DailyUptime | undefined
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

const isAlike = (a: DailyUptime, b: DailyUptime) =>
  a.seconds === b.seconds &&
  a.unknownSeconds === b.unknownSeconds &&
  a.plannedSeconds === b.plannedSeconds &&
  areSame(a.upSeconds, b.upSeconds) &&
  areSame(a.downSeconds, b.downSeconds) &&
  areSame(a.partDownSeconds, b.partDownSeconds)

const areSame = (a: DailyUptime['upSeconds'], b: DailyUptime['upSeconds']) =>
  a.atLeast === b.atLeast && a.atMost === b.atMost
