import type { DecidingAttribute, WhatIfRow } from '../api/index.ts'
import { listCircuitsOfPaths } from './drills/drill-effects.ts'

/** The circuits that the routers of a site use for traffic towards Azure, as the routers report them. */
export interface CircuitsUsedBySiteTowardsAzure {
  /**
   * Short ids of the circuits in use for each prefix of Azure. A prefix is included only if the routers report all
   * circuit paths for it.
   */
  prefixes: readonly { circuits: readonly string[] }[]
  /** number of prefixes of Azure for which the circuits in use are only assumed, because the reports are incomplete */
  assumed: number
  /** Names or addresses of the routers that report. */
  routers: readonly string[]
  /** path attributes that decided between the paths, each once */
  parted: readonly DecidingAttribute[]
}

/**
 * Returns the circuits that the customer's routers use towards Azure, by site. A site is left out if its routers send
 * no reports, because an assumption proves nothing.
 * @param rows rows of the customer's side for private peering, without a failure
 */
export function findReturnPaths(rows: readonly WhatIfRow[]): Map<string, CircuitsUsedBySiteTowardsAzure> {
  // Prefixes that all routers refuse are left out, because no traffic to them is intended.
  const sites = Map.groupBy(
    rows.filter(({ before }) => before.length > 0),
    ({ site }) => site,
  )
  return new Map(
    [...sites].flatMap(([site, own]) => {
      const reported = own.filter(({ basis }) => basis !== null && basis.is !== 'assumed')
      if (site === null || reported.length === 0) return []
      const bases = reported.flatMap(({ basis }) => basis ?? [])
      const parted = bases.flatMap((basis) => basis.parted ?? [])
      const paths: CircuitsUsedBySiteTowardsAzure = {
        prefixes: reported.map(({ before }) => ({ circuits: listCircuitsOfPaths(before).circuits })),
        assumed: own.length - reported.length,
        routers: [...new Set(bases.flatMap(({ routes }) => routes.map(({ router }) => router)))].toSorted(),
        parted: [...new Map(parted.map((one) => [JSON.stringify(one), one])).values()],
      }
      return [[site, paths] as const]
    }),
  )
}
