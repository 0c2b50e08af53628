import { type AvailabilityLayer, computeAvailabilityBounds } from '#lib/contract/up-share.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { findLowerPeerings } from '#lib/contract/words/up-share.ts'
import { listPeriodLosses, type PeriodLoss, type PeriodStateInterval, sumStateIntervals } from '#lib/detection/index.ts'
import type { SourceStatus } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { listCircuitGateways, formatIso, type Period, type EstateTopology } from '#lib/questions/index.ts'
import { canOutagesOverlap, readResourceUptimes, type ResourceUptime } from '#lib/sessions/answers/index.ts'
import type { SecondsByAvailabilityState } from '#lib/sessions/api/uptime.ts'
import type { ReportsEndpointResponse } from '../api/index.ts'
import { computePrefixStates, type PrefixPeriod, type PrefixPeriods } from './prefix-states.ts'

/**
 * A period of one resource, divided in three ways: by the state of its sessions, of its forwarding and of its prefixes
 * (the layers of availability).
 */
export interface ResourceUptimeByLayer extends ResourceUptime {
  name: string
  /** null = no route table is polled */
  reachability: PeriodStateInterval[] | null
  /** prefixes that had at most a default route for a part of the period */
  prefixes: readonly PrefixPeriod[]
  /** short IDs of the gateways whose route tables would show a loss */
  gateways: readonly string[]
}

/**
 * Divides a period by the state of all layers (sessions, forwarding, prefixes), for every circuit and gateway that the
 * caller may see. Lists, pages, the wall display and reports use this function, so that all of them show the same
 * availability.
 * @param known.scope short ID of one resource; absent = all
 * @param known.type `circuit` = gateways are left out
 * @source docs/rules/availability.md
 */
export async function readLayeredUptime(
  q: SqlExecutor,
  period: Period,
  known: {
    topology: EstateTopology
    sources: readonly SourceStatus[]
    now: EpochMs
    scope?: string | undefined
    type?: 'circuit'
  },
): Promise<{ resources: ResourceUptimeByLayer[]; divideReachability: PrefixPeriods['divideReachability'] }> {
  const { topology } = known
  const divided = await readResourceUptimes(q, period, known)
  const { prefixes, divideReachability } = await computePrefixStates(q, period, known)
  const named = new Map(
    [...topology.circuits, ...topology.gateways].map(({ resource }): [string, typeof resource] => [
      resource.id,
      resource,
    ]),
  )
  const gatewaysOf = ({ id, type }: ResourceUptime): string[] => {
    if (type === 'gateway') return [id]
    return listCircuitGateways(topology, named.get(id)?.resourceId).flatMap((gateway) => gateway?.id ?? [])
  }
  const resources = divided.map((one): ResourceUptimeByLayer => {
    const own = prefixes.filter(({ gatewayId, circuits }) => gatewayId === one.id || circuits.includes(one.id))
    const gateways = gatewaysOf(one)
    const name = named.get(one.id)?.name ?? one.id
    return { ...one, name, gateways, prefixes: own, reachability: divideReachability(own, gateways) }
  })
  return { resources, divideReachability }
}

/** A loss of a resource, in the most basic layer that was lost (sessions, then forwarding, then prefixes). */
export interface LossInLayer extends PeriodLoss {
  layer: AvailabilityLayer
  name: string
  prefixes: string[]
  /** class of the cause; null = no cause was found */
  cause: string | null
  incidentId: string | null
}

/**
 * Returns the losses of circuits or gateways, newest first. A loss of forwarding or prefixes is left out if a more
 * basic layer was lost at the same time, because the loss is then listed for the more basic layer.
 * @param reachability state of the prefixes of all these resources together; null = not measured
 */
export function listAvailabilityLosses(
  resources: readonly ResourceUptimeByLayer[],
  { reachability, prefixes }: Pick<ResourceUptimeByLayer, 'reachability' | 'prefixes'>,
): LossInLayer[] {
  const basic = resources.flatMap(({ name, parts, forwarding, outages }) => {
    const causeOf = (loss: PeriodLoss) => {
      const found =
        outages.find(({ started }) => started.latest === loss.since) ??
        outages.find((one) => canOutagesOverlap(one, loss))
      return { name, prefixes: [], cause: found?.cause ?? null, incidentId: found?.incidentId ?? null }
    }
    const down = listPeriodLosses(parts)
    const idle = listPeriodLosses(forwarding ?? []).filter(
      (one) => !down.some((other) => canOutagesOverlap(one, other)),
    )
    return [
      ...down.map((loss): LossInLayer => ({ ...loss, layer: 'session', ...causeOf(loss) })),
      ...idle.map((loss): LossInLayer => ({ ...loss, layer: 'forwarding', ...causeOf(loss) })),
    ]
  })
  const cutOff = listPeriodLosses(reachability ?? [])
    .filter((one) => !basic.some((other) => canOutagesOverlap(one, other)))
    .map((loss): LossInLayer => {
      const own = prefixes.filter(({ outages }) => outages.some((one) => canOutagesOverlap(one, loss)))
      const all = own.flatMap(({ outages }) => outages)
      const found = all.find(({ started }) => started.latest === loss.since)
      const { cause, incidentId } = found ?? all[0] ?? { cause: null, incidentId: null }
      const circuit = resources.find(({ id }) => own.some(({ circuits }) => circuits.includes(id))) ?? resources[0]
      const names = [...new Set(own.map(({ prefix }) => prefix))].toSorted()
      return { ...loss, layer: 'reachability', name: circuit?.name ?? '', prefixes: names, cause, incidentId }
    })
  return [...basic, ...cutOff].toSorted((a, b) => b.since - a.since)
}

/**
 * Returns the number of seconds that a period spent in each state. `upPercent` is the share of the observed time in
 * which the resource was up.
 */
export function computeAvailabilitySeconds(
  parts: readonly PeriodStateInterval[],
  period: Period,
): SecondsByAvailabilityState {
  const { up, down, indeterminateMs, unknownMs, plannedMs } = sumStateIntervals(parts)
  const seconds = {
    seconds: (period.to - period.from) / 1_000,
    upSeconds: { atLeast: up.minMs / 1_000, atMost: up.maxMs / 1_000 },
    downSeconds: { atLeast: down.minMs / 1_000, atMost: down.maxMs / 1_000 },
    indeterminateSeconds: indeterminateMs / 1_000,
    unknownSeconds: unknownMs / 1_000,
    plannedSeconds: plannedMs / 1_000,
  }
  const share = computeAvailabilityBounds(seconds)
  return { ...seconds, upPercent: share && { atLeast: share.atLeast * 100, atMost: share.atMost * 100 } }
}

/** Returns the certain and unplanned downtime of a period in seconds, by responsible party. */
export const computeDowntimeByOwner = (parts: readonly PeriodStateInterval[]) =>
  Object.fromEntries(
    Object.entries(sumStateIntervals(parts).downByOwner).map(([owner, ms]) => [owner, ms / 1_000]),
  ) as ReportsEndpointResponse<'availabilityReport'>['data']['rows'][number]['byOwner']

/**
 * Returns the times of the layers above sessions (forwarding and prefixes) in seconds; null = the layer is not
 * measured.
 */
export function buildUpperLayerSeconds(
  { forwarding, reachability, prefixes }: Pick<ResourceUptimeByLayer, 'forwarding' | 'reachability' | 'prefixes'>,
  period: Period,
): Pick<ReportsEndpointResponse<'uptime'>['data'][number], 'forwarding' | 'reachability'> {
  const seconds = (parts: readonly PeriodStateInterval[]) => ({
    ...computeAvailabilitySeconds(parts, period),
    byOwner: computeDowntimeByOwner(parts),
  })
  return {
    forwarding: forwarding && seconds(forwarding),
    reachability: reachability && {
      ...seconds(reachability),
      prefixes: new Set(prefixes.map(({ prefix }) => prefix)).size,
    },
  }
}

/**
 * Returns the times of the peerings of a circuit that were down while another peering was up, the lowest availability
 * first. The sessions of the circuit do not count such a loss.
 */
export function listLowerPeeringSeconds({ parts, peerings }: ResourceUptimeByLayer, period: Period) {
  const times = peerings.map(({ peering, session }) => ({
    peering,
    session: computeAvailabilitySeconds(session, period),
  }))
  return findLowerPeerings(times, computeAvailabilitySeconds(parts, period))
}

/** Maximum number of prefixes that a loss lists by name. */
const MAX_NAMES = 10

/** Converts a loss to the form of the API. */
export const buildApiAvailabilityLoss = ({
  layer,
  name,
  started,
  ended,
  down,
  owner,
  prefixes,
  incidentId,
}: LossInLayer): ReportsEndpointResponse<'uptime'>['data'][number]['losses'][number] => ({
  layer,
  circuitName: name,
  startedBetween: [formatIso(started.earliest), formatIso(started.latest)],
  endedBetween: ended && [formatIso(ended.earliest), formatIso(ended.latest)],
  downSeconds: { atLeast: down.minMs / 1_000, atMost: down.maxMs / 1_000 },
  owner,
  prefixes: prefixes.slice(0, MAX_NAMES),
  prefixesOmitted: Math.max(0, prefixes.length - MAX_NAMES),
  incidentId,
})
