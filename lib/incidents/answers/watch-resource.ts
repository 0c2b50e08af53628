import { currentStatePollKinds, type PollKind } from '#lib/contract/index.ts'
import type { IncidentsCommandResult, fasterPollingBodySchema } from '../api/index.ts'
import { listSources, countBurstPolls } from '#lib/history/index.ts'
import { startPollBurst, endPollBurst } from '#lib/platform/leases/index.ts'
import type { z } from 'zod'
import { type ReadableDatabase, getSqlExecutor, resolveResource, readThresholdsInForce } from '#lib/questions/index.ts'

const watched: readonly PollKind[] = currentStatePollKinds

/**
 * Polls one circuit, gateway or connection faster for some minutes, because a user watches it. 0 minutes end this. The
 * setting `burst.polls` limits how many polls of the subscription become faster; the most useful polls come first.
 * @throws NotFoundError if no resource has this ID
 */
export async function pollResourceFaster(
  db: ReadableDatabase,
  { scope: asked, minutes }: z.output<typeof fasterPollingBodySchema>,
): Promise<IncidentsCommandResult<'watch'>['data']> {
  const q = getSqlExecutor(db)
  const { id: scope, subscriptionId } = await resolveResource(q, asked)
  const settings = await readThresholdsInForce(q)
  const everySeconds = settings['burst.interval'] / 1_000
  const entries = (await listSources(q, { scope }))
    .filter(({ scheduled, poll }) => scheduled && watched.includes(poll.kind))
    .map(({ sourceId, poll }) => ({ sourceId, kind: poll.kind }))
    .toSorted((a, b) => watched.indexOf(a.kind) - watched.indexOf(b.kind))
  if (minutes === 0) {
    await endPollBurst(q, [...new Set(entries.map(({ sourceId }) => sourceId))], 'watch')
    return { scope, polls: 0, rejectedPolls: 0, everySeconds, until: null }
  }
  const {
    polls,
    held: rejectedPolls,
    until,
  } = await startPollBurst(q, entries, {
    everySeconds,
    forSeconds: minutes * 60,
    room: settings['burst.polls'] - (await countBurstPolls(q, subscriptionId)),
    reason: 'watch',
  })
  return { scope, polls, rejectedPolls, everySeconds, until }
}
