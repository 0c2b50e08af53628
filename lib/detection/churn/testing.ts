import type { RouteAttributes, RouteChange } from '#lib/contract/index.ts'
import { MINUTE } from '#lib/contract/time/time.ts'

/** A path by its last ASNs; `null` = the route is absent. */
export const attributes = (path: number[] | null): RouteAttributes[] =>
  path === null
    ? []
    : [{ nextHop: '10.0.4.4', asPath: [12076, ...path], origin: 'EBgp', weight: 32769, localPref: null }]

/** A change seen by the poll that ended at `at`, between it and the one a minute before. */
export function moved(
  at: number,
  before: number[] | null,
  after: number[] | null,
  fields: Partial<RouteChange> = {},
): RouteChange {
  return {
    type: 'route',
    op: before === null ? 'announce' : after === null ? 'withdraw' : 'change',
    instance: '10.0.4.12',
    peer: '10.0.4.4',
    prefix: '10.20.0.0/16',
    before: attributes(before),
    after: attributes(after),
    between: { earliest: at - MINUTE, latest: at },
    ...fields,
  }
}
