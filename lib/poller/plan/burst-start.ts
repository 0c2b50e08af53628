import { type EpochMs, getSubscriptionId } from '#lib/contract/index.ts'
import { listSources, countBurstPolls, type SourceRef } from '#lib/history/index.ts'
import { startPollBurst } from '#lib/platform/leases/index.ts'
import { selectPollsToBurst, addConnectedResources } from './burst-polls.ts'
import { createPostgresEstateReaders } from '../detection/detection-store.ts'
import type { PollContext } from '../poll/poll-context.ts'

/**
 * Starts temporary faster polling (a burst) of a resource and its connected resources after the first poll that shows a
 * problem. The end and the consequences of the problem can then be dated more exactly. The number of faster polls of a
 * subscription is limited. If this fails, the error is only logged, because the poll that showed the problem is already
 * recorded.
 * @param scopes scopes of the problem's events
 */
export async function startBurstOfResources(
  { db, estate, log }: Pick<PollContext, 'db' | 'estate' | 'log'>,
  source: SourceRef,
  scopes: ReadonlySet<string>,
  provedAt: EpochMs,
): Promise<void> {
  try {
    const reads = createPostgresEstateReaders(db.pool)
    const { topology } = await estate.groupOf(reads, source.scope, provedAt)
    const affected = addConnectedResources(scopes, topology)
    const polled = (await Promise.all(affected.map((scope) => listSources(db.pool, { scope })))).flat()
    const subscription = getSubscriptionId(source.resourceId)
    const own = polled
      .filter(({ scheduled, resourceId }) => scheduled && getSubscriptionId(resourceId) === subscription)
      .map(({ sourceId, scope, poll }) => ({ sourceId, scope, kind: poll.kind }))
    const { settings } = await estate.settings(reads, provedAt)
    const {
      polls: faster,
      held,
      until,
    } = await startPollBurst(db, selectPollsToBurst(own, affected), {
      everySeconds: settings['burst.interval'] / 1_000,
      forSeconds: settings['burst.span'] / 1_000,
      room: settings['burst.polls'] - (await countBurstPolls(db.pool, subscription)),
      reason: 'adverse',
    })
    if (until !== null) log.info({ scopes: [...scopes], polls: faster, held, until: new Date(until) }, 'burst polling')
  } catch (error) {
    log.warn({ err: error, scope: source.scope }, 'polls could not be made faster')
  }
}
