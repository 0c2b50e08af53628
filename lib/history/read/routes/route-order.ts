import type { RouteSort } from '#lib/contract/index.ts'
import { pathLength } from './path-length.ts'

/** Order of a list of routes. Rows that are equal in it are in the order of their prefixes. */
export interface RouteOrder {
  by: RouteSort
  descending: boolean
}

/** SQL for a text in natural order: each run of digits as ten, so that 10.0.4.4 comes before 10.0.4.12. */
const natural = (text: string) =>
  `regexp_replace(regexp_replace(lower(${text}), '(\\d+)', '000000000\\1', 'g'), '\\d*(\\d{10})', '\\1', 'g')`

/** What a row is ordered by: SQL over a row `r` of `route`, a member `m` of its attributes, what was so `q`, and its table's `r.label`. */
interface SortKey {
  /** SQL, null for what a table does not say */
  sql: string
  type: 'text' | 'float8'
  part: 'text' | 'number'
}

const textKey = (sql: string): SortKey => ({ sql: natural(`nullif(${sql}, '')`), type: 'text', part: 'text' })
const numberKey = (sql: string): SortKey => ({ sql: `(${sql})::float8`, type: 'float8', part: 'number' })

/** Every order but that of the prefixes, which is the one in which routes are read. */
export const SORT_KEYS: Record<Exclude<RouteSort, 'prefix'>, SortKey> = {
  scope: textKey('r.label'),
  table: textKey('r.kind'),
  instance: textKey('r.instance'),
  peer: textKey('r.peer'),
  nextHop: textKey("m.attributes->>'nextHop'"),
  origin: textKey("m.attributes->>'origin'"),
  asPath: numberKey(pathLength('m.attributes')),
  weight: numberKey("m.attributes->>'weight'"),
  localPref: numberKey("m.attributes->>'localPref'"),
  since: numberKey('extract(epoch FROM q.first_present) * 1000'),
}
