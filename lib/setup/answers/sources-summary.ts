import type { EpochMs } from '#lib/contract/index.ts'
import { isPollNotOfferedByAzure, isPollOfStoppedVm } from '#lib/contract/words/polls.ts'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import {
  type ReadableDatabase,
  buildFreshnessFields,
  findPollsStoppedAtForReader,
  judgePollFreshness,
  getSqlExecutor,
  readSources,
} from '#lib/questions/index.ts'
import type { ApiPolledSource, PollCounts, SetupEndpointResponse } from '../api/index.ts'

/** Returns the number of fresh polls, the number of other polls by problem, and when all polls stopped, if they did. */
export async function getSourcesSummary(
  db: ReadableDatabase,
  now: EpochMs = getDatabaseNow(),
): Promise<SetupEndpointResponse<'sourcesSummary'>> {
  const q = getSqlExecutor(db)
  const sources = await readSources(q)
  const polls = sources.map(({ poll }) => poll)
  const counts: PollCounts = { failing: 0, stale: 0, notPolled: 0, late: 0, vmOff: 0, notGiven: 0, fresh: 0 }
  for (const poll of polls) counts[classifyPoll({ ...poll, state: judgePollFreshness(poll, now) })] += 1
  const stoppedAt = findPollsStoppedAtForReader(q, sources, now)
  return { data: { ...counts, stoppedAt }, ...buildFreshnessFields(polls, now) }
}

/**
 * Returns the name of the number in which a poll is counted. All counts of polls on screens use this function, so that
 * they have the same basis.
 */
export function classifyPoll(
  poll: Pick<ApiPolledSource, 'kind' | 'lastOutcome' | 'state'> & { error: object | null },
): keyof PollCounts {
  if (isPollOfStoppedVm(poll)) return 'vmOff'
  if (poll.lastOutcome === 'not_given') return 'notGiven'
  if (isPollNotOfferedByAzure(poll)) return 'notPolled'
  if (poll.error !== null) return 'failing'
  return poll.lastOutcome === 'not_polled' || poll.state === 'never' ? 'notPolled' : poll.state
}
