import type { AsPath } from './as-path.ts'

/** Row of a route table of a gateway, hub or circuit. */
export interface RouteFacts extends AsPath {
  /** gateway instance that holds the row; null in a path table */
  instance: string | null
  /** BGP peer from which the route was learned; null if Azure reports none */
  peer: string | null
  /** prefix as canonical text */
  prefix: string
  nextHop: string | null
  /** origin as ARM reports it, for example `Network`, `EBgp`, `IBgp` */
  origin: string | null
  /** weight column of the table */
  weight: number | null
  localPref: number | null
}
