import { decodeConfig } from '#lib/azure/config/index.ts'
import { absencesOf, partsOfPeriod, type PeriodPart } from '#lib/detection/index.ts'
import { expectedMaintenance, lostPrefixes, type SourceStatus, type StoredEvent } from '#lib/history/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import {
  connectionsOfCircuit,
  outagesIn,
  type Period,
  type Topology,
  unseenSpansByScope,
  workOn,
} from '#lib/questions/index.ts'

/** Time of a prefix on one gateway that had no route to it. */
export interface PrefixPeriod {
  prefix: string
  gatewayId: string
  gatewayName: string
  /** short ids of the circuits whose loss or withdrawal it was */
  circuits: string[]
  parts: PeriodPart[]
}

/**
 * Divides a period for every prefix that a gateway had no route to during a `no_path` or `mass_withdraw`. A route to a network that
 * contains the prefix counts as a route, the default route does not.
 */
export async function prefixPeriods(
  q: Queryable,
  period: Period,
  estate: Topology,
  sources: readonly SourceStatus[],
): Promise<PrefixPeriod[]> {
  const events = await outagesIn(q, period, ['no_path', 'mass_withdraw'])
  if (events.length === 0) return []
  const windows = events.flatMap((event) =>
    gatewaysOf(event, estate).map((gateway) => ({
      gateway,
      event,
      from: event.started.earliest,
      to: event.ended?.latest ?? period.to,
    })),
  )
  const unseen = await unseenSpansByScope(q, period, 'learned', sources)
  const maintenance = await expectedMaintenance(q, period, decodeConfig)
  const names = new Map(estate.gateways.map(({ resource }) => [resource.id, resource.name]))
  const lost = await lostPrefixes(q, { windows, to: period.to })
  return lost.flatMap(({ gateway, prefix, intervals }): PrefixPeriod[] => {
    const absences = absencesOf(intervals).flatMap((absence) => {
      const window = windows.find(
        (one) => one.gateway === gateway && one.from <= absence.started.latest && one.to >= absence.started.earliest,
      )
      if (!window) return []
      const { event } = window
      // an event that was given up, or that ended without a return, is the end of the outage
      const isOverBefore =
        event.ended !== null && (absence.ended === null || event.ended.latest < absence.ended.earliest)
      const ended = isOverBefore ? event.ended : absence.ended
      return [{ started: absence.started, ended, owner: event.causes[0]?.owner ?? ('unknown' as const), event }]
    })
    if (absences.length === 0) return []
    const scopes = [
      ...new Set(absences.flatMap(({ event }) => [event.scope, ...circuitsBehind(event, gateway, estate)])),
    ]
    const work = scopes.flatMap((scope) => workOn(scope, maintenance))
    const parts = partsOfPeriod(period, { outages: absences, unseen: unseen.get(gateway) ?? [period], work })
    if (!parts.some(({ state }) => state === 'down' || state === 'indeterminate' || state === 'planned')) return []
    const circuits = scopes.filter((scope) => estate.circuits.some(({ resource }) => resource.id === scope))
    return [{ prefix, gatewayId: gateway, gatewayName: names.get(gateway) ?? gateway, circuits, parts }]
  })
}

/** Gateways whose tables an event is about: the gateway that it names, else those that are connected to its circuit. */
function gatewaysOf({ scope, flags }: StoredEvent, estate: Topology): string[] {
  const named = flags.flatMap((flag) => (flag.startsWith('gateway:') ? [flag.slice('gateway:'.length)] : []))
  if (named.length > 0) return named
  if (estate.gateways.some(({ resource }) => resource.id === scope)) return [scope]
  const circuit = estate.circuits.find(({ resource }) => resource.id === scope)
  const connections = circuit ? connectionsOfCircuit(estate, circuit.resource.resourceId) : []
  return [...new Set(connections.flatMap(({ gateway }) => gateway?.id ?? []))]
}

/** An event of a gateway is about every circuit that is connected to it, because the lost route may have come from any of them. */
function circuitsBehind({ scope }: StoredEvent, gateway: string, estate: Topology): string[] {
  if (scope !== gateway) return []
  return estate.circuits.flatMap(({ resource }) =>
    connectionsOfCircuit(estate, resource.resourceId).some((one) => one.gateway?.id === gateway) ? [resource.id] : [],
  )
}
