import type { DecidingAttribute, WhatIfRow } from '../api/index.ts'
import { carriersOfPaths } from './drills/marks.ts'

/** What the routers of a site use towards Azure, as far as they report it. */
export interface ReturnPaths {
  /** of each of Azure's prefixes whose paths are all reported: the circuits that are used, by short id */
  prefixes: readonly { circuits: readonly string[] }[]
  /** prefixes of Azure's for which it is assumed */
  assumed: number
  /** names or addresses of the routers */
  routers: readonly string[]
  /** what decided of the prefixes; equal ones once */
  parted: readonly DecidingAttribute[]
}

/**
 * What customers' routers use towards Azure, by site. A site of which nothing is reported is left out: what is assumed of it
 * is no evidence of anything.
 * @param rows of the customer's side, of private peering, nothing lost
 */
export function returnPathsOf(rows: readonly WhatIfRow[]): Map<string, ReturnPaths> {
  // what all routers refuse is not meant to return by anything
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
