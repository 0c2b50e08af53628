import type { RouteAttributes, RouteChange } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'

/** Returns route attributes with these ASNs after 12076; `null` = the route is absent. */
export const createRouteAttributes = (path: number[] | null): RouteAttributes[] =>
  path === null
    ? []
    : [{ nextHop: '10.0.4.4', asPath: [12076, ...path], origin: 'EBgp', weight: 32769, localPref: null }]

/** Returns a route change between the poll that ended one minute before `at` and the poll that ended at `at`. */
export function createRouteChange(
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
    before: createRouteAttributes(before),
    after: createRouteAttributes(after),
    between: { earliest: at - MS_PER_MINUTE, latest: at },
    ...fields,
  }
}
