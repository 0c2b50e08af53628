import type { SourceRef } from '#lib/history/index.ts'
import { willPass } from '#lib/platform/database-failure.ts'
import type { Logger } from '#lib/platform/log.ts'

/**
 * What follows from an answer of Azure's that is in hand. Where it can't be found out the answer is recorded all the same: it is worth more.
 * @param other what is taken instead
 */
export async function orElse<Found>(
  log: Pick<Logger, 'warn' | 'debug'>,
  { scope }: Pick<SourceRef, 'scope'>,
  other: Found,
  find: () => Promise<Found>,
): Promise<Found> {
  try {
    return await find()
  } catch (error) {
    // recording waits for a database that is away, and says so
    log[willPass(error) ? 'debug' : 'warn']({ err: error, scope }, 'what follows from a poll could not be found out')
    return other
  }
}
