import { decodeResourceConfig } from '#lib/azure/config/index.ts'
import type { EpochMs } from '#lib/contract/index.ts'
import { dividePeriod, type PeriodOutage, type PeriodPart } from '#lib/detection/index.ts'
import { readExpectedMaintenance, type SourceStatus } from '#lib/history/index.ts'
import { readPrefixLosses } from '#lib/incidents/answers/index.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { type Period, type Topology, findUnseenSpansByScope, listMaintenancePeriods } from '#lib/questions/index.ts'

/** A period of one prefix at one gateway, divided by state. Down means that the gateway had no route to the prefix. */
export interface PrefixPeriod {
  prefix: string
  gatewayId: string
  gatewayName: string
  /** short IDs of the circuits that lost their routes to the prefix */
  circuits: string[]
  parts: PeriodPart[]
}

/**
 * Divides a period for every prefix that an incident affected, from the stored impact of the incidents. A prefix counts
 * as lost while only a default route covers it.
 */
export async function dividePrefixPeriods(
  q: Queryable,
  period: Period,
  { topology, sources, now }: { topology: Topology; sources: readonly SourceStatus[]; now: EpochMs },
): Promise<PrefixPeriod[]> {
  const losses = await readPrefixLosses(q, period, { topology, sources, now })
  if (losses.length === 0) return []
  const unseen = await findUnseenSpansByScope(q, period, 'learned', sources)
  const maintenance = await readExpectedMaintenance(q, period, decodeResourceConfig)
  const names = new Map(topology.gateways.map(({ resource }) => [resource.id, resource.name]))
  const each = losses.flatMap((loss) => loss.prefixes.map((prefix) => ({ ...loss, prefix })))
  return [...Map.groupBy(each, ({ gateway, prefix }) => `${gateway} ${prefix}`).values()].flatMap(
    (own): PrefixPeriod[] => {
      const [first] = own
      if (!first) return []
      const { gateway, prefix } = first
      const circuits = [...new Set(own.flatMap((loss) => loss.circuits))]
      const outages = own.flatMap((loss) =>
        // if no return of the prefix is known, the loss ends with its incident
        loss.absences.map(
          ({ started, ended }): PeriodOutage => ({
            started,
            ended: ended ?? loss.ended,
            owner: loss.owner,
          }),
        ),
      )
      const work = [gateway, ...circuits].flatMap((scope) => listMaintenancePeriods(scope, maintenance))
      const parts = dividePeriod(period, { outages, unseen: unseen.get(gateway) ?? [period], work })
      if (!parts.some(({ state }) => state === 'down' || state === 'indeterminate' || state === 'planned')) return []
      return [{ prefix, gatewayId: gateway, gatewayName: names.get(gateway) ?? gateway, circuits, parts }]
    },
  )
}
