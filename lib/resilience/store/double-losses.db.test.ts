import { expect, it } from 'vitest'
import type { AccessScope } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { advanceDeletionTime } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  requestDoubleLossRun,
  cancelDoubleLossRun,
  readDoubleLossRun,
  DoubleLossQueueFullError,
  endDoubleLossRun,
  recordDoubleLossesProgress,
  startNextDoubleLossRun,
} from './double-losses.ts'

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const ask = (audience: string, at = T0, scope: AccessScope = 'everything') =>
  requestDoubleLossRun(db.pool, { audience, scope, by: 'ada', at }, null)
const end = { restsOn: 'r', tablesAt: T0 - 1_000, pairs: 10, body: { cases: [] } }

it('waits, goes on with its progress, and is done', async () => {
  expect(await readDoubleLossRun(db.pool, '')).toBeNull()
  await ask('')
  expect(await readDoubleLossRun(db.pool, '')).toMatchObject({
    state: 'queued',
    scope: 'everything',
    requestedBy: 'ada',
  })
  expect(await startNextDoubleLossRun(db.pool, T0 + 1_000)).toMatchObject({ audience: '', state: 'running' })
  expect(await recordDoubleLossesProgress(db.pool, '', { done: 3, all: 10 })).toBe(true)
  // a repeated request does not affect a running computation
  await ask('', T0 + 2_000)
  expect(await readDoubleLossRun(db.pool, '')).toMatchObject({
    state: 'running',
    done: 3,
    all: 10,
    requestedAt: T0,
  })
  await endDoubleLossRun(db.pool, '', end, null, T0 + 3_000)
  expect(await readDoubleLossRun(db.pool, '')).toEqual({
    audience: '',
    scope: 'everything',
    state: 'done',
    requestedAt: T0,
    requestedBy: 'ada',
    startedAt: T0 + 1_000,
    finishedAt: T0 + 3_000,
    done: 10,
    all: 10,
    restsOn: 'r',
    tablesAt: T0 - 1_000,
    error: null,
    body: { cases: [] },
  })
  expect(await startNextDoubleLossRun(db.pool, T0 + 4_000)).toBeNull()
})

it('that was called off stays so, whatever it comes to', async () => {
  await ask('', T0 + 5_000)
  await startNextDoubleLossRun(db.pool, T0 + 6_000)
  expect(await cancelDoubleLossRun(db.pool, '', T0 + 7_000)).toBe(true)
  expect(await recordDoubleLossesProgress(db.pool, '', { done: 4, all: 10 })).toBe(false)
  await endDoubleLossRun(db.pool, '', { error: 'too late' }, null, T0 + 8_000)
  expect(await readDoubleLossRun(db.pool, '')).toMatchObject({ state: 'cancelled', error: null, body: null })
  expect(await cancelDoubleLossRun(db.pool, '', T0 + 9_000)).toBe(false)
})

it('of several scopes goes the oldest first; one that was left behind is taken again; one that failed says why', async () => {
  await ask('b', T0 + 11_000, { subscriptions: [], customers: ['B'] })
  await ask('a', T0 + 10_000)
  expect(await startNextDoubleLossRun(db.pool, T0)).toMatchObject({ audience: 'a' })
  expect(await startNextDoubleLossRun(db.pool, T0)).toMatchObject({ audience: 'a' })
  await endDoubleLossRun(db.pool, 'a', { error: 'no table was read' }, null, T0)
  expect(await readDoubleLossRun(db.pool, 'a')).toMatchObject({ state: 'failed', error: 'no table was read' })
  expect(await startNextDoubleLossRun(db.pool, T0)).toMatchObject({ audience: 'b', scope: { customers: ['B'] } })
  await endDoubleLossRun(db.pool, 'b', end, null, T0)
})

it('is forgotten a month after it ended, and refused where many wait', async () => {
  await advanceDeletionTime(db.pool, { now: T0 + 31 * MS_PER_DAY, azureNow: T0 + 31 * MS_PER_DAY })
  expect(await startNextDoubleLossRun(db.pool, T0 + 31 * MS_PER_DAY)).toBeNull()
  expect(await readDoubleLossRun(db.pool, 'b')).toBeNull()
  for (let n = 0; n < 10; n++) await ask(`scope-${n}`)
  await expect(ask('one more')).rejects.toThrow(DoubleLossQueueFullError)
  await ask('scope-3')
})
