import { expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { readSubscriptionListingFailure, readScheduledSubscriptions } from '#lib/history/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { createLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { PollPlanner } from './planner.ts'
import type { SourceCache } from '../poll/source-cache.ts'
import { waitUntilTrue } from '../testing/lab.ts'

const db = withTestDatabase()

it('remembers why no subscription could be listed, until they are', async () => {
  const error = { code: 'NO_TOKEN', detail: 'no token for Azure: the header is wrong' }
  let answer: object = { outcome: 'unauthorized', error, subscriptions: [] }
  let exists: boolean | null = null
  const azure = {
    hasSubscription: async () => exists,
    listSubscriptions: async () => ({ isComplete: true, identities: [], ...answer }),
  } as unknown as AzureAccess
  const book = { listed() {}, planned() {}, interfacesChosen: () => [] } as unknown as SourceCache
  const ms = 50
  const intervals = { sessionsMs: ms, circuitsMs: ms, routesMs: ms, inventoryMs: ms, metricsMs: ms, activityMs: ms }
  const budgets = { countsPosts: 'learn' as const, identitiesOf: () => ['default'] }
  const end = new AbortController()
  const log = createLogger({ LOG_LEVEL: 'silent' })
  const running = new PollPlanner({ azure, db, clock: machineClock, log, book, intervals, budgets }, end.signal).run(
    () => {},
  )
  try {
    const failure = await waitUntilTrue('the failure is kept', () => readSubscriptionListingFailure(db.pool))
    expect(failure).toEqual({ outcome: 'unauthorized', ...error, at: expect.any(Number) })
    answer = { outcome: 'ok', error: null, subscriptions: [] }
    await waitUntilTrue('it is forgotten', async () => (await readSubscriptionListingFailure(db.pool)) === null)

    // subscriptions that are configured by ID are polled anyway, and their sources report the failure
    const subscriptions = [{ subscriptionId: '3f2504e0-4f89-41d3-9a0c-0305e82c3301', displayName: null }]
    answer = { outcome: 'forbidden', error, subscriptions }
    await waitUntilTrue('it is planned', async () => (await readScheduledSubscriptions(db.pool)).length > 0)
    expect(await readSubscriptionListingFailure(db.pool)).toBeNull()

    // one of several identities cannot list its subscriptions; subscriptions that only it can see are still polled
    const THIRD = '3f2504e0-4f89-41d3-9a0c-0305e82c3303'
    const OTHER = '3f2504e0-4f89-41d3-9a0c-0305e82c3302'
    answer = {
      outcome: 'ok',
      error: null,
      isComplete: false,
      subscriptions: [{ subscriptionId: OTHER, displayName: null }],
    }
    await waitUntilTrue('the other is planned too', async () =>
      (await readScheduledSubscriptions(db.pool)).includes(OTHER),
    )
    expect(await readScheduledSubscriptions(db.pool)).toEqual(['3f2504e0-4f89-41d3-9a0c-0305e82c3301', OTHER])
    // a list lacks the subscription once; only the 404 for the subscription itself proves that it is gone
    answer = {
      ...answer,
      isComplete: true,
      subscriptions: [...subscriptions, { subscriptionId: THIRD, displayName: null }],
    }
    await waitUntilTrue('a third is planned', async () => (await readScheduledSubscriptions(db.pool)).includes(THIRD))
    expect(await readScheduledSubscriptions(db.pool)).toContain(OTHER)
    answer = { ...answer, subscriptions: [{ subscriptionId: OTHER, displayName: null }] }
    exists = false
    await waitUntilTrue('what nobody sees ends', async () => (await readScheduledSubscriptions(db.pool)).length === 1)
  } finally {
    end.abort()
    await running
  }
})
