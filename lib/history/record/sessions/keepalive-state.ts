import type { EpochMs, SilentSession } from '#lib/contract/index.ts'
import type { Reading } from '../reading.ts'

/** Time since which a session's count of received messages has not grown, with the samples that show it. Plain JSON. */
export type KeepaliveState = Pick<SilentSession, 'moved' | 'firstAt' | 'lastAt'>

/**
 * Adds a sample of a session's received messages. The result is stored in the session's row, which each poll writes
 * anyway, so that detection does not need its own count.
 */
export function advanceKeepalive(
  known: KeepaliveState | null | undefined,
  before: bigint | null,
  now: bigint | null,
  { startedAt, finishedAt }: Pick<Reading, 'startedAt' | 'finishedAt'>,
): KeepaliveState | null {
  if (now === null) return null
  if (known && before === now) return { ...known, lastAt: startedAt }
  const earliest: EpochMs | null = known?.lastAt ?? null
  return { moved: { earliest, latest: finishedAt }, firstAt: startedAt, lastAt: startedAt }
}
