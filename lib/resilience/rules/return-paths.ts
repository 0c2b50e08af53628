import type { DecidingAttribute, WhatIfRow } from '../api/index.ts'
import { carriersOfPaths } from './drills/marks.ts'

/** Circuits that the routers of a site use towards Azure, as far as the routers report them. */
export interface ReturnPaths {
  /** for each Azure prefix whose paths are all reported: short IDs of the circuits in use */
  prefixes: readonly { circuits: readonly string[] }[]
  /** number of Azure prefixes for which the choice of the routers is assumed */
  assumed: number
  /** names or addresses of the reporting routers */
  routers: readonly string[]
  /** attributes that decided which path is used, each once */
  parted: readonly DecidingAttribute[]
}

/**
 * Returns the paths that customers' routers use towards Azure, by site. A site without any report is left out, because
 * assumptions are not evidence.
 * @param rows rows of the customer's side on private peering, without a loss
 */
export function returnPathsOf(rows: readonly WhatIfRow[]): Map<string, ReturnPaths> {
  // leaves out prefixes that all routers refuse, because no return traffic is intended for them
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
      const paths: ReturnPaths = {
        prefixes: reported.map(({ before }) => ({ circuits: carriersOfPaths(before).circuits })),
        assumed: own.length - reported.length,
        routers: [...new Set(bases.flatMap(({ routes }) => routes.map(({ router }) => router)))].toSorted(),
        parted: [...new Map(parted.map((one) => [JSON.stringify(one), one])).values()],
      }
      return [[site, paths] as const]
    }),
  )
}
