import { signedProof, type SecretBox } from '#lib/notify/index.ts'
import type { Clock } from '#lib/platform/clock.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { endRound } from '../store/proof.ts'

/** Takes the notification of a round, which is proved by that. @returns false = it is none, or not signed */
export async function receiveProof(
  db: Queryable,
  request: { headers: Pick<Headers, 'get'>; body: string },
  { secrets, clock }: { secrets: SecretBox; clock: Pick<Clock, 'now'> },
): Promise<boolean> {
  const id = await signedProof(db, request, { secrets, now: clock.now() })
  if (id === null) return false
  // sent twice, or after the round was given up, it changes nothing
  await endRound(db, id, 'receive', null)
  return true
}
