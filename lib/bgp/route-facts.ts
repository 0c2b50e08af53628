import type { AsPath } from './as-path.ts'

/** Row of a route table of a gateway, hub or circuit, without facts from other tables. */
export interface RouteFacts extends AsPath {
  /** gateway instance that holds the row; null in the path table of a circuit */
  instance: string | null
  /** BGP peer from which the route was learned; null if Azure does not report one */
  peer: string | null
  /** prefix as canonical text */
  prefix: string
  nextHop: string | null
  /** origin as ARM reports it, for example `Network`, `EBgp`, `IBgp` */
  origin: string | null
  /** value in the weight column of the table; null = not printed */
  weight: number | null
  localPref: number | null
}
