import { verifyAlertingProofRequest, type SecretBox } from '#lib/notify/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { recordAlertingProofEnd } from '../store/proof.ts'

/**
 * Receives the notification of a proof round, and records that the round succeeded.
 * @returns false if the request is not the notification of a round, or its signature is invalid
 */
export async function receiveAlertingProofMessage(
  db: SqlExecutor,
  request: { headers: Pick<Headers, 'get'>; body: string },
  { secrets, clock }: { secrets: SecretBox; clock: Pick<Clock, 'now'> },
): Promise<boolean> {
  const id = await verifyAlertingProofRequest(db, request, { secrets, now: clock.now() })
  if (id === null) return false
  // a second copy of the notification, or a round that has already ended, changes nothing
  await recordAlertingProofEnd(db, id, 'receive', null)
  return true
}
