import type { AsPath } from './as-path.ts'

/** A row of a route table, whoever holds the table. */
export interface RouteFacts extends AsPath {
  /** whose row it is; null in a path table */
  instance: string | null
  /** null where Azure reports none */
  peer: string | null
  /** canonical text */
  prefix: string
  nextHop: string | null
  /** ARM's word, such as `Network`, `EBgp`, `IBgp` */
  origin: string | null
  /** the table's own weight column */
  weight: number | null
  localPref: number | null
}
