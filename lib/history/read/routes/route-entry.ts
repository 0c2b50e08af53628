import type { RouteAttributes } from '#lib/contract/index.ts'
import { prefixFromDatabase } from '../../record/routes/route-table.ts'

/** A learned row of any gateway that currently reaches a prefix. */
export interface RouteTo extends RouteAttributes {
  gateway: string
  instance: string | null
  peer: string | null
  prefix: string
}

/** A learned route with all its rows; '' if the table names no instance or peer. */
export interface RouteEntryRow {
  gateway: string
  instance: string
  peer: string | null
  prefix: string
  attributes: RouteAttributes[]
}

/** Returns each member of the routes' attributes as a separate entry. */
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
