import type { RouteAttributes } from '#lib/contract/index.ts'
import { prefixFromDatabase } from '../../record/routes/route-table.ts'

/** One learned row, of any gateway, by which a prefix is reached now. */
export interface RouteTo extends RouteAttributes {
  gateway: string
  instance: string | null
  peer: string | null
  prefix: string
}

/** A learned route with all of its rows; '' where the table names no instance or peer. */
export interface RouteEntryRow {
  gateway: string
  instance: string
  peer: string | null
  prefix: string
  attributes: RouteAttributes[]
}

/** Each member of the routes' attributes as an entry of its own. */
export const entriesOf = (rows: readonly RouteEntryRow[]): RouteTo[] =>
  rows.flatMap(({ gateway, instance, peer, prefix, attributes }) =>
    attributes.map((one) => ({
      ...one,
      gateway,
      instance: instance || null,
      peer: peer || null,
      prefix: prefixFromDatabase(prefix),
    })),
  )
