import type { LoggedSessionDownCause, RouterDownReason } from '#lib/contract/index.ts'
import type { RouterSideSession, RouterStateInterval } from '../model/router-side-session.ts'
import { CIRCUIT } from './topologies.ts'
import { LONG_AGO, NOW } from './scene.ts'

/**
 * Returns the reason of a session that ended by a NOTIFICATION that the router sent (`local`) or received (`remote`).
 */
export const closed = (by: 'local' | 'remote', code: number, subcode: number): RouterDownReason => ({
  by,
  notification: { code, subcode, communication: null, hardResetOf: null },
})

/** Returns the reason of a session's end as a line of the router's log gives it. */
export const byLog = (cause: LoggedSessionDownCause): RouterDownReason => ({ by: 'log', cause, text: '' })

/** Returns the report of the customer's router about its session with the primary MSEE, with continuous observation. */
export const routerEnd = (spans: RouterStateInterval[], more: Partial<RouterSideSession> = {}): RouterSideSession => ({
  on: { circuit: CIRCUIT, peering: 'private', path: 'primary' },
  customer: '172.16.0.1',
  router: 'ce-1',
  holdTimeSeconds: 180,
  spans,
  observed: [{ from: LONG_AGO.earliest, to: NOW }],
  silentSince: null,
  collector: null,
  announced: null,
  ...more,
})
