import type { LoggedSessionDownCause, RouterDownReason } from '#lib/contract/index.ts'
import type { RouterSideSession, RouterStateInterval } from '../model/router-side-session.ts'
import { TEST_CIRCUIT_SCOPE } from './topologies.ts'
import { LONG_AGO_TIME_BOUNDS, TEST_POLL_END_TIME } from './scene.ts'

/**
 * Returns the reason of a session that ended by a NOTIFICATION that the router sent (`local`) or received (`remote`).
 */
export const createNotificationDownReason = (
  by: 'local' | 'remote',
  code: number,
  subcode: number,
): RouterDownReason => ({
  by,
  notification: { code, subcode, communication: null, hardResetOf: null },
})

/** Returns the reason of a session's end as a line of the router's log gives it. */
export const byLog = (cause: LoggedSessionDownCause): RouterDownReason => ({ by: 'log', cause, text: '' })

/** Returns the report of the customer's router about its session with the primary MSEE, with continuous observation. */
export const createTestSessionReportedByRouter = (
  spans: RouterStateInterval[],
  more: Partial<RouterSideSession> = {},
): RouterSideSession => ({
  on: { circuit: TEST_CIRCUIT_SCOPE, peering: 'private', path: 'primary' },
  customer: '172.16.0.1',
  router: 'ce-1',
  holdTimeSeconds: 180,
  spans,
  observed: [{ from: LONG_AGO_TIME_BOUNDS.earliest, to: TEST_POLL_END_TIME }],
  silentSince: null,
  collector: null,
  announced: null,
  ...more,
})
