import type { EpochMs, SessionWithoutMessages } from '#lib/contract/index.ts'
import type { ProvenAbsenceOfPoll } from '../poll-reading.ts'

/**
 * Time since which a session's count of received messages has not grown, with the first and last samples that show it.
 * Plain JSON.
 */
export type UnchangedMessageCount = Pick<SessionWithoutMessages, 'moved' | 'firstAt' | 'lastAt'>

/**
 * Adds a sample of a session's number of received messages; null = the session does not report it. The result is stored
 * in the session's row, which each poll writes anyway, so detection needs no storage of its own.
 */
export function addSampleToKeepalive(
  known: UnchangedMessageCount | null | undefined,
  before: bigint | null,
  now: bigint | null,
  { startedAt, finishedAt }: Pick<ProvenAbsenceOfPoll, 'startedAt' | 'finishedAt'>,
): UnchangedMessageCount | null {
  if (now === null) return null
  if (known && before === now) return { ...known, lastAt: startedAt }
  const earliest: EpochMs | null = known?.lastAt ?? null
  return { moved: { earliest, latest: finishedAt }, firstAt: startedAt, lastAt: startedAt }
}
