import type { PoolClient } from 'pg'
import { incidentById, listSources, readDeclarations } from '#lib/history/index.ts'
import { ALERTING_LEASE, alertingLeaseAge, LeaseLostError, withLease } from '#lib/platform/leases/index.ts'
import { willPass } from '#lib/platform/database-failure.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { dueAlerts, postponeEvaluation } from './alert-store.ts'
import type { NotifyContext } from './context.ts'
import { flushDigests } from './digest.ts'
import { type AlertSubject, evaluateAlert } from './evaluate-alert.ts'
import { incidentFacts } from './facts.ts'
import { routingFactsOf, summarizeIncident } from './incident-summary.ts'
import { heldSince } from './outbox-store.ts'
import { previouslyNotified } from './previously-notified.ts'

/** An evaluator that has nothing to do takes the lease so often (seconds), which shows that there is one. */
const IDLE_RENEWAL_SECONDS = 5

/** Alerts per tick; the rest stays due for the next tick. */
const BATCH_SIZE = 200

/**
 * Evaluates every alert that is due, each in a transaction of its own, then flushes digests; under a lease, because one process
 * decides at a time, so that storm limits hold over all processes.
 * @returns notifications written; null = another process is deciding
 */
export async function decideDue(context: NotifyContext, signal?: AbortSignal): Promise<number | null> {
  if (await isIdle(context)) return 0
  return withLease(context.db, ALERTING_LEASE, async (lease) => {
    const held = { ...context, db: lease.db }
    let written = 0
    for (const id of await dueAlerts(held.db.pool, context.clock.now(), BATCH_SIZE)) {
      if (signal?.aborted || lease.signal.aborted) break
      written += await decideOne(held, id)
    }
    return written + (await flushDigests(held))
  })
}

/** Without anything to decide the lease is taken now and then only: each claim is a write. */
async function isIdle({ db, clock }: NotifyContext): Promise<boolean> {
  if ((await dueAlerts(db.pool, clock.now(), 1)).length > 0 || (await heldSince(db.pool)).length > 0) return false
  const age = await alertingLeaseAge(db)
  return age !== null && age < IDLE_RENEWAL_SECONDS
}

/** An alert that fails to evaluate does not block the others: it is logged and retried later. */
async function decideOne({ db, clock, settings }: NotifyContext, id: string): Promise<number> {
  const now = clock.now()
  try {
    return await db.transaction((client) => evaluateAlert(client, id, () => readSubject(client, id), { now, settings }))
  } catch (error) {
    // another process evaluates it, or it stays due until the database does its part
    if (error instanceof LeaseLostError || willPass(error)) throw error
    componentLogger('notify').error({ err: error, alert: id }, 'an alert failed to evaluate and is retried')
    await db.transaction((client) => postponeEvaluation(client, id, now + settings['evaluate.again']))
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
