import { getCounter } from '#lib/platform/metrics.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { ATTEMPT_WINDOW_SECONDS } from './sign-in-attempts.ts'
import { getClientNetwork } from '../sign-in/attempt-counters.ts'

/**
 * Maximum number of failed sign-ins in a time window that are recorded in the audit log. Wrong codes are recorded even
 * above it, because a wrong code requires the correct password.
 */
const MAX_ENTRIES = 100

/** The step at which a sign-in failed. At `code`, the password was correct. */
export type FailedSignInStep = 'password' | 'code' | 'passkey' | 'provider'

const failures = () =>
  getCounter('peerwatch_sign_in_failures_total', 'Sign-ins that failed, and attempts above the limit, by step', [
    'step',
  ])

/** Increases the metric for sign-ins that failed, or that were refused because there were too many attempts. */
export const countSignInFailure = (step: FailedSignInStep | 'too_many'): void => failures().inc({ step })

/**
 * Records a failed sign-in in the audit log, but only once in a time window for the same step, account and network. The
 * e-mail address from the request is not recorded, because users sometimes type their password into this field.
 * @param email null = unknown
 * @returns the user if this is the first failure of the account at this step in the time window, from any network;
 *   otherwise null
 */
export async function recordSignInFailure(
  db: SqlExecutor,
  { step, email, address }: { step: FailedSignInStep; email: string | null; address: string | null },
): Promise<{ name: string; email: string } | null> {
  const { rows: found } = await db.query<{ id: string; name: string; email: string }>(
    'SELECT id, name, email FROM access_user WHERE email = lower($1)',
    [email ?? ''],
  )
  const [user] = found
  const { rows } = await db.query<{ isFirst: boolean }>(
    `WITH recent AS (
       SELECT subject, after FROM audit_entry WHERE at > now() - make_interval(secs => $5) AND action = 'refuseSignIn'
     )
     INSERT INTO audit_entry (actor_kind, actor_id, actor, action, subject, after, address)
     SELECT 'unknown', '', 'not signed in', 'refuseSignIn', $1, jsonb_build_object('step', $2::text, 'network', $3::text), $4
     WHERE NOT EXISTS (SELECT FROM recent WHERE subject = $1 AND after ->> 'step' = $2 AND after ->> 'network' = $3)
       AND ($2 = 'code' OR (SELECT count(*) FROM recent) < ${MAX_ENTRIES})
     RETURNING NOT EXISTS (SELECT FROM recent WHERE subject = $1 AND after ->> 'step' = $2) AS "isFirst"`,
    [user?.id ?? '', step, getClientNetwork(address ?? ''), address, ATTEMPT_WINDOW_SECONDS],
  )
  return user && rows[0]?.isFirst ? { name: user.name, email: user.email } : null
}
