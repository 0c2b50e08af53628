import { describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  requestBackTest,
  readBackTestById,
  cancelBackTest,
  endBackTest,
  readRecentBackTests,
  takeNextBackTest,
  updateBackTestProgress,
} from './back-tests.ts'
import {
  readChangedThresholds,
  readCurrentSettings,
  saveThresholdsAsNewVersion,
  ThresholdsConflictError,
  readSettingsVersions,
} from './detection-settings.ts'
import { getOrCreateSourceIds } from './sources.ts'
import { saveExemption, readPostureExemptions, withdrawExemption } from '#lib/resilience/store/index.ts'
import { readSubscriptionListingFailure, recordSubscriptionListingResult } from './listing-failure.ts'
import { saveSubscriptionNames, readSubscriptionNames } from './subscription-names.ts'
import { readNetworkApiVersion, recordApiVersion } from '#lib/setup/store/index.ts'
import { recordServiceKeyRequest, readServiceKeyRequests } from '#lib/circuits/store/index.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20)

describe('back-tests', () => {
  const ask = (version: number) =>
    requestBackTest(db.pool, { requestedBy: 'ops', from: T0, to: T0 + 1, version, changed: { x: version } })

  it('run one after the other, oldest first, and end once', async () => {
    expect(await takeNextBackTest(db.pool)).toBeNull()
    const first = await ask(1)
    // two requests in the same millisecond have no order
    await db.pool.query(`UPDATE back_test SET requested_at = requested_at - interval '1 second'`)
    const second = await ask(2)
    expect(first).toMatchObject({ state: 'queued', pollsDone: 0, pollsAll: null, changed: { x: 1 }, result: null })
    expect(await takeNextBackTest(db.pool)).toMatchObject({ id: first.id, state: 'running' })
    expect(await updateBackTestProgress(db.pool, first.id, { done: 5, all: 10 })).toBe(true)
    expect(await updateBackTestProgress(db.pool, second.id, { done: 5, all: 10 })).toBe(false)
    expect(await readBackTestById(db.pool, first.id)).toMatchObject({ pollsDone: 5, pollsAll: 10 })
    // a worker that ended left the back-test running, so another worker starts the back-test again
    expect(await takeNextBackTest(db.pool)).toMatchObject({ id: first.id, pollsDone: 0 })
    await endBackTest(db.pool, first.id, { result: { n: 1 } })
    await endBackTest(db.pool, first.id, { error: 'late' })
    expect(await readBackTestById(db.pool, first.id)).toMatchObject({ state: 'done', result: { n: 1 }, error: null })
    expect(await cancelBackTest(db.pool, first.id)).toBe(false)

    expect(await takeNextBackTest(db.pool)).toMatchObject({ id: second.id })
    await endBackTest(db.pool, second.id, { error: 'broken' })
    expect(await readBackTestById(db.pool, second.id)).toMatchObject({ state: 'failed', error: 'broken', result: null })
    expect(await readBackTestById(db.pool, 'none')).toBeNull()
    expect((await readRecentBackTests(db.pool, 5)).map(({ id }) => id)).toEqual([second.id, first.id])
    expect(await readRecentBackTests(db.pool, 1)).toHaveLength(1)
  })

  it('that are cancelled stay so', async () => {
    const { id } = await ask(3)
    expect(await cancelBackTest(db.pool, id)).toBe(true)
    expect(await updateBackTestProgress(db.pool, id, { done: 1, all: 2 })).toBe(false)
    await endBackTest(db.pool, id, { result: 1 })
    expect(await readBackTestById(db.pool, id)).toMatchObject({ state: 'cancelled', result: null })
    expect(await takeNextBackTest(db.pool)).toBeNull()
    expect(await cancelBackTest(db.pool, 'none')).toBe(false)
  })
})

describe('thresholds', () => {
  const save = (changed: Record<string, number>, expected: number) =>
    db.transaction((client) => saveThresholdsAsNewVersion(client, { changed, expected, by: 'ops', note: 'n' }))

  it('are saved as versions, each on top of the one in force', async () => {
    expect(await readCurrentSettings(db.pool)).toBeNull()
    expect(await save({ a: 1 }, 0)).toBe(1)
    expect(await save({ b: 2 }, 1)).toBe(2)
    await expect(save({}, 1)).rejects.toThrow(ThresholdsConflictError)
    expect(await readCurrentSettings(db.pool)).toMatchObject({
      version: 2,
      changed: { b: 2 },
      savedBy: 'ops',
      note: 'n',
    })
    expect(await readChangedThresholds(db.pool, 1)).toEqual({ a: 1 })
    expect(await readChangedThresholds(db.pool, 0)).toEqual({})
    expect((await readSettingsVersions(db.pool)).map(({ version }) => version)).toEqual([2, 1])
  })
})

describe('requests of service keys', () => {
  it('are an audit, newest first and page by page', async () => {
    const request = { at: new Date(T0), by: 'ops', why: 'move', circuitId: 'er1', circuitName: 'er-1', armId: '/x' }
    const all = []
    for (const why of ['a', 'b', 'c']) all.unshift(await recordServiceKeyRequest(db.pool, { ...request, why }))
    expect(all[0]).toMatchObject({ ...request, why: 'c' })
    expect(await readServiceKeyRequests(db.pool, { limit: 5, before: null })).toEqual(all)
    expect(await readServiceKeyRequests(db.pool, { limit: 1, before: all[0]?.id ?? '' })).toEqual([all[1]])
  })
})

describe('exemptions of checks', () => {
  it('replace each other, end at their moment, and are withdrawn once', async () => {
    const kept = { checkId: 'bfd:er1', scope: 'er1', reason: 'old router', by: 'ops', at: T0, until: T0 + 1_000 }
    await saveExemption(db.pool, { ...kept, reason: 'before' })
    await saveExemption(db.pool, kept)
    expect(await readPostureExemptions(db.pool, T0)).toEqual(new Map([[kept.checkId, kept]]))
    expect(await readPostureExemptions(db.pool, kept.until)).toEqual(new Map())
    expect([await withdrawExemption(db.pool, kept.checkId), await withdrawExemption(db.pool, kept.checkId)]).toEqual([
      true,
      false,
    ])
  })
})

describe('subscriptions', () => {
  it('are known by name once it is reported; one without keeps its last', async () => {
    await getOrCreateSourceIds(db.pool, [{ resourceId: '/subscriptions/SUB-B', subresource: '' }])
    expect(await readSubscriptionNames(db.pool)).toEqual(new Map())
    await saveSubscriptionNames(db.pool, [{ subscriptionId: 'SUB-A', name: 'Hub' }])
    await saveSubscriptionNames(db.pool, [{ subscriptionId: 'sub-b', name: 'Edge' }])
    await saveSubscriptionNames(db.pool, [{ subscriptionId: 'sub-a', name: 'Hub 2' }])
    await saveSubscriptionNames(db.pool, [])
    expect(await readSubscriptionNames(db.pool)).toEqual(
      new Map([
        ['sub-a', 'Hub 2'],
        ['sub-b', 'Edge'],
      ]),
    )
  })

  it('that can not be listed are a failure until they can', async () => {
    expect(await readSubscriptionListingFailure(db.pool)).toBeNull()
    const failure = { outcome: 'forbidden' as const, code: 'AuthorizationFailed', detail: 'no right to list', at: T0 }
    await recordSubscriptionListingResult(db.pool, failure)
    await recordSubscriptionListingResult(db.pool, { ...failure, at: T0 + 1 })
    expect(await readSubscriptionListingFailure(db.pool)).toEqual({ ...failure, at: T0 + 1 })
    await recordSubscriptionListingResult(db.pool, null)
    expect(await readSubscriptionListingFailure(db.pool)).toBeNull()
  })
})

it('the version of Azure’s API in use is the last one noted, until it is the SDK’s again', async () => {
  expect(await readNetworkApiVersion(db.pool)).toBeNull()
  await recordApiVersion(db.pool, { version: '2025-05-01', chosenBy: 'configuration' })
  await recordApiVersion(db.pool, { version: '2024-05-01', chosenBy: 'azure' })
  expect(await readNetworkApiVersion(db.pool)).toEqual({ version: '2024-05-01', chosenBy: 'azure' })
  await recordApiVersion(db.pool, null)
  expect(await readNetworkApiVersion(db.pool)).toBeNull()
})
