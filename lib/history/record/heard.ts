import type { EpochMs, UnheardSession } from '#lib/contract/index.ts'
import type { Reading } from './reading.ts'

/** The samples that showed a session's count of received messages as it is now. Plain JSON. */
export type Heard = Pick<UnheardSession, 'moved' | 'firstAt' | 'lastAt'>

/**
 * One sample of how much a session has heard. It stands in the session's own row, which is written with each poll anyway, so that
 * detection need not keep a count of its own.
 */
export function stepHeard(
  known: Heard | null | undefined,
  before: bigint | null,
  now: bigint | null,
  { startedAt, finishedAt }: Pick<Reading, 'startedAt' | 'finishedAt'>,
): Heard | null {
  if (now === null) return null
  if (known && before === now) return { ...known, lastAt: startedAt }
  const lo: EpochMs | null = known?.lastAt ?? null
  return { moved: { lo, hi: finishedAt }, firstAt: startedAt, lastAt: startedAt }
}
