import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { mergeTimeIntervals } from '#lib/contract/time/time-spans.ts'
import {
  combineRequiredStates,
  splitPeriodByState,
  type PeriodOutage,
  type PeriodStateInterval,
} from '#lib/detection/index.ts'
import { readExpectedMaintenance, type SourceStatus } from '#lib/history/index.ts'
import { readPrefixLosses } from '#lib/incidents/answers/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import {
  type Period,
  type EstateTopology,
  findProvenUntil,
  findUnpolledTimesByResource,
  listMaintenancePeriods,
} from '#lib/questions/index.ts'

/** A period of one prefix at one gateway, divided by state. Down means that the gateway had no route to the prefix. */
export interface PrefixPeriod {
  prefix: string
  gatewayId: string
  gatewayName: string
  /** short IDs of the circuits that lost their routes to the prefix */
  circuits: string[]
  parts: PeriodStateInterval[]
  outages: PrefixOutage[]
  work: Period[]
}

/** Time in which a prefix had at most a default route. */
interface PrefixOutage extends PeriodOutage {
  /** class of the cause; null = no cause was found */
  cause: string | null
  /** null = the loss belongs to no incident */
  incidentId: string | null
}

/**
 * The prefixes that had at most a default route for a part of a period. `divideReachability` divides the period by
 * their states.
 */
export interface PrefixPeriods {
  prefixes: PrefixPeriod[]
  /**
   * Divides the period by the state of several prefixes together. The state is down while at least one of the prefixes
   * is down.
   * @param gateways short IDs of the gateways whose route tables would show a loss
   * @returns null if no prefix is given and no route table of the gateways is polled
   */
  divideReachability: (own: readonly PrefixPeriod[], gateways: readonly string[]) => PeriodStateInterval[] | null
}

/**
 * Divides a period by the state of each prefix that an incident affected. The times come from the stored impact of the
 * incidents. A prefix also counts as lost while it is covered only by a default route.
 */
export async function computePrefixStates(
  q: SqlExecutor,
  period: Period,
  { topology, sources, now }: { topology: EstateTopology; sources: readonly SourceStatus[]; now: EpochMs },
): Promise<PrefixPeriods> {
  const losses = await readPrefixLosses(q, period, { topology, sources, now })
  const unseen = await findUnpolledTimesByResource(q, period, 'learned', sources)
  const maintenance = await readExpectedMaintenance(q, period, decodeResourceConfig)
  const names = new Map(topology.gateways.map(({ resource }) => [resource.id, resource.name]))
  const each = losses.flatMap((loss) => loss.prefixes.map((prefix) => ({ ...loss, prefix })))
  const prefixes = [...Map.groupBy(each, ({ gateway, prefix }) => `${gateway} ${prefix}`).values()].flatMap(
    (own): PrefixPeriod[] => {
      const [first] = own
      if (!first) return []
      const { gateway, prefix } = first
      const circuits = [...new Set(own.flatMap((loss) => loss.circuits))]
      const outages = own.flatMap((loss) =>
        // If it is not known when a prefix returned, its loss ends with the incident.
        loss.absences.map((absence): PrefixOutage => {
          const times = { started: absence.started, ended: absence.ended ?? loss.ended }
          const event = { kind: 'no_path', severity: 'critical', scope: gateway, subject: prefix, ...times } as const
          const provenUntil = findProvenUntil([event], sources, now)
          return { ...times, provenUntil, owner: loss.owner, cause: loss.cause, incidentId: loss.incidentId }
        }),
      )
      const work = [gateway, ...circuits].flatMap((scope) => listMaintenancePeriods(scope, maintenance))
      const parts = splitPeriodByState(period, { outages, unseen: unseen.get(gateway) ?? [period], work })
      if (!parts.some(({ state }) => state === 'down' || state === 'indeterminate' || state === 'planned')) return []
      const gatewayName = names.get(gateway) ?? gateway
      return [{ prefix, gatewayId: gateway, gatewayName, circuits, parts, outages, work }]
    },
  )
  return {
    prefixes,
    divideReachability: (own, gateways) => {
      const polled = gateways.flatMap((id) => unseen.get(id) ?? [])
      if (own.length === 0 && !gateways.some((id) => unseen.has(id))) return null
      const observed = splitPeriodByState(period, { outages: [], unseen: mergeTimeIntervals(polled), work: [] })
      // Many prefixes are lost at the same times. Each set of times is divided only once.
      const each = new Map(own.map((one) => [JSON.stringify([one.outages, one.work]), one]))
      const lost = [...each.values()].map(({ outages, work }) =>
        splitPeriodByState(period, { outages, unseen: [], work }),
      )
      return lost.length === 0 ? observed : combineRequiredStates(period, [observed, ...lost])
    },
  }
}
