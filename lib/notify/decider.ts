import type { PoolClient } from 'pg'
import { incidentById, listSources, readDeclarations } from '#lib/history/index.ts'
import { withAdvisoryLock } from '#lib/platform/advisory-lock.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { dueAlerts, postponeEvaluation } from './alert-store.ts'
import type { NotifyContext } from './context.ts'
import { flushDigests } from './digest.ts'
import { type AlertSubject, evaluateAlert } from './evaluate-alert.ts'
import { incidentFacts } from './facts.ts'
import { routingFactsOf, summarizeIncident } from './incident-summary.ts'
import { previouslyNotified } from './previously-notified.ts'

/** Name of the lock: one process decides at a time, so that storm limits hold over all processes. */
export const DECIDING = 'notify-decide'

/** Alerts per tick; the rest stays due for the next tick. */
const BATCH_SIZE = 200

/**
 * Evaluates every alert that is due, each in a transaction of its own, then flushes digests.
 * @returns notifications written; null = another process is deciding
 */
export async function decideDue(context: NotifyContext, signal?: AbortSignal): Promise<number | null> {
  const { db, clock } = context
  return withAdvisoryLock(db, DECIDING, async () => {
    let written = 0
    for (const id of await dueAlerts(db.pool, clock.now(), BATCH_SIZE)) {
      if (signal?.aborted) break
      written += await decideOne(context, id)
    }
    return written + (await flushDigests(context))
  })
}

/** An alert that fails to evaluate does not block the others: it is logged and retried later. */
async function decideOne({ db, clock, settings }: NotifyContext, id: string): Promise<number> {
  const now = clock.now()
  try {
    return await db.transaction((client) => evaluateAlert(client, id, () => readSubject(client, id), { now, settings }))
  } catch (error) {
    componentLogger('notify').error({ err: error, alert: id }, 'an alert failed to evaluate and is retried')
    // if the database itself is down, this throws too, and the notifier backs off
    await postponeEvaluation(db.pool, id, now + settings['evaluate.again'])
    return 0
  }
}

async function readSubject(client: PoolClient, id: string): Promise<AlertSubject | null> {
  const found = await incidentById(client, id)
  if (!found) return null
  const { incident, events } = found
  const { cards } = await readDeclarations(client)
  const polls = (await listSources(client)).map(({ scope, poll }) => ({ ...poll, scope }))
  const summary = summarizeIncident(incident, events, cards, polls)
  if (!summary) return null
  const previously = await previouslyNotified(client, id, events)
  return {
    facts: await incidentFacts(client, incident, events),
    summary: { ...summary, continues: previously?.incidentId ?? null },
    routing: routingFactsOf(incident, events, summary),
    previously,
  }
}
