import type { RouteAttributes } from '#lib/contract/index.ts'
import { canonicalizeDatabasePrefix } from '../../record/routes/route-table.ts'

/** Route to a prefix that a gateway currently has in its learned table. Equal routes are separate entries. */
export interface LearnedRouteEntry extends RouteAttributes {
  gateway: string
  instance: string | null
  peer: string | null
  prefix: string
}

/**
 * Learned route of a gateway with the attributes of each equal route. `instance` and `peer` are '' if the table does
 * not name them.
 */
export interface RouteEntryRow {
  gateway: string
  instance: string
  peer: string | null
  prefix: string
  attributes: RouteAttributes[]
}

/** Returns a separate entry for each of the equal routes of a row. */
export const splitIntoEqualRoutes = (rows: readonly RouteEntryRow[]): LearnedRouteEntry[] =>
  rows.flatMap(({ gateway, instance, peer, prefix, attributes }) =>
    attributes.map((one) => ({
      ...one,
      gateway,
      instance: instance || null,
      peer: peer || null,
      prefix: canonicalizeDatabasePrefix(prefix),
    })),
  )
