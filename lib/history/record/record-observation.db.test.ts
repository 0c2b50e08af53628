import { describe, expect, it } from 'vitest'
import { INSTANT_BEFORE_MONITORING, type PollObservation } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readCoverageIntervals } from '../read/polls/coverage-intervals.ts'
import { listSources } from '../read/polls/list-sources.ts'
import { type RecordedPoll, recordObservation } from './record-observation.ts'
import { readRoutesAtMoment } from '../read/routes/routes-at.ts'
import { createTestPollSource, peerRow, routeRow } from '../testing/feed.ts'
import { readOverlappingIntervals, readStoredRowsOfSource } from '../testing/inspect.ts'
import type { LastRouteTableDigest } from '../types.ts'

const db = withTestDatabase()

const T = Date.UTC(2026, 10, 20, 3)
/** Returns the n-th poll of a schedule with one poll per minute: it starts on the minute and takes two seconds. */
const poll = <Rows>(n: number, rows: Rows) => ({ startedAt: T + n * 60_000, finishedAt: T + n * 60_000 + 2_000, rows })
const started = (n: number) => T + n * 60_000
const finished = (n: number) => T + n * 60_000 + 2_000

const a = routeRow('10.1.0.0/16')
const longer = routeRow('10.1.0.0/16', { asPath: [12076, 65001, 65001] })

describe('the four times of a route', () => {
  it('are those of the polls around its changes', async () => {
    const feed = await createTestPollSource(db)
    const other = routeRow('10.9.0.0/16')
    const changes = []
    for (const [n, rows] of [[other], [other, a], [other, a], [other, longer], [other], [other, a]].entries()) {
      changes.push(...(await feed.record('learned', poll(n, rows))).changes.filter(({ type }) => type === 'route'))
    }
    expect(
      changes.map((change) => [
        change.type === 'route' && `${change.op} ${change.prefix}`,
        'between' in change && change.between,
      ]),
    ).toEqual([
      ['announce 10.9.0.0/16', { earliest: INSTANT_BEFORE_MONITORING, latest: finished(0) }],
      ['announce 10.1.0.0/16', { earliest: started(0), latest: finished(1) }],
      ['change 10.1.0.0/16', { earliest: started(2), latest: finished(3) }],
      ['withdraw 10.1.0.0/16', { earliest: started(3), latest: finished(4) }],
      ['announce 10.1.0.0/16', { earliest: started(4), latest: finished(5) }],
    ])
    const { rows } = await db.pool.query(
      `SELECT last_absent, first_present, last_present, first_absent FROM route_span
       WHERE source_id = $1 AND route_id IN (SELECT id FROM route WHERE prefix = '10.1.0.0/16') ORDER BY first_present`,
      [feed.sourceId],
    )
    const times = rows.map((row) =>
      ['last_absent', 'first_present', 'last_present', 'first_absent'].map((name) => row[name]?.getTime() ?? null),
    )
    expect(times).toEqual([
      [started(0), finished(1), started(2), finished(3)],
      [started(2), finished(3), started(3), finished(4)],
      [started(4), finished(5), started(5), null],
    ])
  })

  it('widen over polls that failed', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('learned', poll(0, [a]))
    for (const n of [1, 2]) await feed.record('learned', { ...poll(n, []), outcome: 'timeout' })
    const { changes } = await feed.record('learned', poll(3, []))
    expect(changes).toMatchObject([
      { type: 'outcome', before: 'timeout', after: 'ok' },
      { type: 'route', op: 'withdraw', between: { earliest: started(0), latest: finished(3) } },
    ])
  })

  it('of an instance that was silent reach back to its last report', async () => {
    const feed = await createTestPollSource(db)
    const far = routeRow('10.1.0.0/16', { instance: '10.0.4.13' })
    await feed.record('learned', poll(0, [a, far]))
    const partly = { ...poll(1, []), outcome: 'incomplete' as const, silentInstances: ['10.0.4.13'] }
    expect((await feed.record('learned', partly)).changes).toMatchObject([
      { type: 'outcome' },
      { type: 'route', op: 'withdraw', instance: '10.0.4.12', between: { earliest: started(0), latest: finished(1) } },
    ])
    expect((await feed.record('learned', poll(2, [a]))).changes).toMatchObject([
      { type: 'outcome' },
      { op: 'announce', instance: '10.0.4.12', between: { earliest: started(1), latest: finished(2) } },
      { op: 'withdraw', instance: '10.0.4.13', between: { earliest: started(0), latest: finished(2) } },
    ])
  })
})

describe('what an outcome says', () => {
  it.each([
    'unauthorized',
    'forbidden',
    'not_found',
    'throttled',
    'unavailable',
    'timeout',
    'malformed',
    'superseded',
    'not_polled',
    'incomplete',
  ] as const)('an empty %s table withdraws nothing', async (outcome) => {
    const feed = await createTestPollSource(db)
    await feed.record('learned', poll(0, [a]))
    const { status, changes } = await feed.record('learned', { ...poll(1, []), outcome })
    expect(status).toBe('recorded')
    expect(changes).toEqual([{ type: 'outcome', before: 'ok', after: outcome }])
    expect((await readRoutesAtMoment(db.pool, { scope: feed.resourceId, at: null, limit: 9 })).rows).toHaveLength(1)
  })

  it('an incomplete table still adds what it holds', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('learned', poll(0, [a]))
    const b = routeRow('10.2.0.0/16')
    const { changes } = await feed.record('learned', { ...poll(1, [b]), outcome: 'incomplete' })
    expect(changes).toMatchObject([{ type: 'outcome' }, { type: 'route', op: 'announce', prefix: '10.2.0.0/16' }])
  })
})

describe('rows', () => {
  it('that repeat, or come in another order, are the same table', async () => {
    const feed = await createTestPollSource(db)
    const b = routeRow('10.2.0.0/16')
    await feed.record('learned', poll(0, [a, b]))
    const { changes } = await feed.record('learned', poll(1, [b, a, b, a]))
    expect(changes).toEqual([])
  })

  it('that come at once are reported in one order', async () => {
    const names = ['10.3.0.0/16', '10.1.0.0/16', '10.2.0.0/16']
    for (const order of [names, names.toReversed()]) {
      const { changes } = await (await createTestPollSource(db)).record(
        'learned',
        poll(
          0,
          order.map((prefix) => routeRow(prefix)),
        ),
      )
      expect(changes.flatMap((change) => (change.type === 'route' ? change.prefix : []))).toEqual(names.toSorted())
    }
  })

  it('of one key with different attributes are one sorted set', async () => {
    const feed = await createTestPollSource(db)
    const ecmp = { ...a, nextHop: '10.0.4.5' }
    await feed.record('learned', poll(0, [a]))
    const { changes } = await feed.record('learned', poll(1, [ecmp, a]))
    expect(changes).toMatchObject([
      { op: 'change', before: [{ nextHop: '10.0.4.4' }], after: [{ nextHop: '10.0.4.4' }, { nextHop: '10.0.4.5' }] },
    ])
    expect((await feed.record('learned', poll(2, [a, ecmp]))).changes).toEqual([])
    const { rows } = await readRoutesAtMoment(db.pool, { scope: feed.resourceId, at: null, limit: 9 })
    expect(rows.map(({ nextHop }) => nextHop)).toEqual(['10.0.4.4', '10.0.4.5'])
  })

  it.each(['2001:db8::/32', '::/0', '2001:db8:0:1:1:1:1:0/112', '::ffff:0:0:0/96', '::1.2.3.0/120', '1:0:0:2::/64'])(
    'of IPv6 keep their prefix: %s',
    async (prefix) => {
      const feed = await createTestPollSource(db)
      const [row] = [routeRow(prefix)]
      await feed.record('learned', poll(0, row ? [row] : []))
      const first = await readRoutesAtMoment(db.pool, { scope: feed.resourceId, at: null, limit: 9 })
      const canonical = first.rows[0]?.prefix ?? ''
      expect((await feed.record('learned', poll(1, [routeRow(canonical)]))).changes).toEqual([])
    },
  )
})

describe('recording', () => {
  it('takes each poll once, and none that overlaps or precedes a recorded one', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('learned', poll(2, [a]))
    const before = await readStoredRowsOfSource(db, feed.sourceId)
    const refused = [
      await feed.record('learned', poll(2, [])),
      await feed.record('learned', poll(1, [])),
      await feed.record('learned', { startedAt: started(2) + 1, finishedAt: finished(2) + 9_000, rows: [] }),
    ]
    expect(refused.map(({ status, changes }) => [status, changes])).toEqual([
      ['duplicate', []],
      ['stale', []],
      ['stale', []],
    ])
    expect(await readStoredRowsOfSource(db, feed.sourceId)).toEqual(before)
  })

  it('gives the poll before it', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('learned', poll(0, [a]))
    await feed.record('learned', { ...poll(1, []), outcome: 'timeout' })
    const { mark } = await feed.record('learned', poll(2, [a]))
    expect(mark).toMatchObject({
      previousOkAt: started(0),
      previousAttemptAt: started(1),
      outcome: 'ok',
      kind: 'learned',
    })
  })

  it('keeps nothing of a transaction that is rolled back', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('learned', poll(0, [a]))
    const before = await readStoredRowsOfSource(db, feed.sourceId)
    const lost = db.transaction(async (client) => {
      await recordObservation(client, feed.sourceId, feed.observe('learned', poll(1, [])), { intervalSeconds: 60 })
      throw new Error('the lease was lost')
    })
    await expect(lost).rejects.toThrow('the lease was lost')
    expect(await readStoredRowsOfSource(db, feed.sourceId)).toEqual(before)
  })

  it('lets writers of one source take turns, and writers of many work at once', async () => {
    const feeds = await Promise.all(Array.from({ length: 4 }, () => createTestPollSource(db)))
    const polls = Array.from({ length: 5 }, (_, n) => poll(n, n % 2 === 0 ? [a] : [longer]))
    const all = feeds.flatMap((feed) =>
      polls.flatMap((one) => [feed.record('learned', one), feed.record('learned', one)]),
    )
    const results = await Promise.all(all)
    for (const [i, feed] of feeds.entries()) {
      const own = results.slice(i * 10, i * 10 + 10)
      const accepted = own.filter(({ status }) => status === 'recorded').map(({ mark }) => mark.startedAt)
      expect(new Set(accepted).size).toBe(accepted.length)
      expect(accepted).toContain(started(4))
      expect(await readOverlappingIntervals(db, feed.sourceId)).toEqual([])
    }
  })

  it('refuses a source that is not there, and a poll that ends before it begins', async () => {
    const feed = await createTestPollSource(db)
    const record = (sourceId: number, one: { startedAt: number; finishedAt: number; rows: unknown[] }) =>
      db.transaction((client) =>
        recordObservation(client, sourceId, feed.observe('learned', one), { intervalSeconds: 60 }),
      )
    await expect(record(999_999, poll(0, []))).rejects.toThrow()
    await expect(record(feed.sourceId, { startedAt: 2, finishedAt: 1, rows: [] })).rejects.toThrow(RangeError)
  })
})

describe('a log that is read up to a moment', () => {
  const readUpTo = async (scope: string) => (await listSources(db.pool, { scope }))[0]?.poll.readUpTo

  it('is kept with the poll, also where it was not read to its end, and never becomes less', async () => {
    const feed = await createTestPollSource(db)
    const read = async (n: number, more: object) => {
      await db.transaction((client) =>
        recordObservation(
          client,
          feed.sourceId,
          { ...feed.observe('activity', poll(n, [])), ...more } as ReturnType<typeof feed.observe>,
          { intervalSeconds: 60 },
        ),
      )
      return readUpTo(feed.resourceId)
    }
    expect(await read(0, {})).toBeNull()
    expect(await read(1, { readUpTo: started(1) })).toBe(started(1))
    expect(await read(2, { outcome: 'incomplete', readUpTo: started(1) + 500 })).toBe(started(1) + 500)
    expect(await read(3, { outcome: 'incomplete', readUpTo: started(0) })).toBe(started(1) + 500)
    expect(await read(4, { outcome: 'timeout' })).toBe(started(1) + 500)
  })
})

describe('coverage', () => {
  it('is one row while polls end alike, and a new one after another outcome or a gap', async () => {
    const feed = await createTestPollSource(db)
    for (const n of [0, 1, 2]) await feed.record('learned', poll(n, []))
    for (const n of [3, 4]) await feed.record('learned', { ...poll(n, []), outcome: 'throttled' })
    for (const n of [5, 6]) await feed.record('learned', poll(n, []))
    await feed.record('learned', poll(20, []))
    const { rows } = await readCoverageIntervals(db.pool, {
      scope: feed.resourceId,
      from: T,
      to: finished(30),
      limit: 10,
    })
    expect(rows.map(({ outcome, from, to, polls }) => [outcome, from, to, polls])).toEqual([
      ['ok', started(20), finished(20), 1],
      ['ok', started(5), finished(6), 2],
      ['throttled', started(3), finished(4), 2],
      ['ok', started(0), finished(2), 3],
    ])
  })

  it('is a new one where polls are further apart than it allows, or all shorter by a third', async () => {
    const feed = await createTestPollSource(db)
    const at = (seconds: number, intervalSeconds: number) =>
      feed.record(
        'learned',
        { startedAt: T + seconds * 1_000, finishedAt: T + seconds * 1_000 + 100, rows: [] },
        { intervalSeconds },
      )
    for (const n of [0, 1, 2]) await at(60 * n, 60)
    for (const n of [0, 1]) await at(300 + 300 * n, 300)
    for (let n = 1; n <= 40; n++) await at(600 + 60 * n, 60)
    const { rows } = await readCoverageIntervals(db.pool, {
      scope: feed.resourceId,
      from: T,
      to: finished(99),
      limit: 10,
    })
    expect(rows.map(({ polls, intervalSeconds }) => [polls, intervalSeconds])).toEqual([
      [39, 60],
      // the median of 60, 60, 180 and 300
      [1, 120],
      [2, 300],
      [3, 60],
    ])
  })

  it('is one for as long as calls and pauses are no longer than it allows, though the interval in force varies', async () => {
    const feed = await createTestPollSource(db)
    let startedAt = T
    for (let n = 0; n < 120; n++) {
      const finishedAt = startedAt + (n === 0 ? 7_000 : 5_000 + ((n * 7_919) % 2_000))
      await feed.record('learned', { startedAt, finishedAt, rows: [] }, { intervalSeconds: 5 })
      startedAt = finishedAt + ((n * 104_729) % 4_000)
    }
    const { rows } = await readCoverageIntervals(db.pool, { scope: feed.resourceId, from: T, to: startedAt, limit: 99 })
    expect(rows.map(({ polls, intervalSeconds }) => [polls, intervalSeconds])).toEqual([
      [119, 7],
      [1, 5],
    ])
  })

  it('says why its last poll failed: in words, or else by the code', async () => {
    const feed = await createTestPollSource(db)
    const fails = async (n: number, detail: string) => {
      const error = { code: 'FORBIDDEN', detail, httpStatus: 403, retryAfterSeconds: null, missingAction: null }
      const observation = { ...feed.observe('learned', poll(n, [])), outcome: 'forbidden' as const, error }
      await db.transaction((client) => recordObservation(client, feed.sourceId, observation, { intervalSeconds: 60 }))
      const { rows } = await readCoverageIntervals(db.pool, {
        scope: feed.resourceId,
        from: T,
        to: finished(9),
        limit: 9,
      })
      const [source] = await listSources(db.pool, { scope: feed.resourceId })
      expect(source?.poll.error).toEqual(error)
      return rows.map((row) => row.detail)
    }
    expect(await fails(0, '')).toEqual(['FORBIDDEN'])
    expect(await fails(1, 'no right')).toEqual(['no right'])
    await feed.record('learned', poll(2, []))
    expect(await fails(3, 'again')).toEqual(['again', null, 'no right'])
  })

  it('counts a poll every half second as one interval across a pause of five seconds', async () => {
    const feed = await createTestPollSource(db)
    for (const at of [0, 500, 1_000, 6_000]) {
      await feed.record('learned', { startedAt: T + at, finishedAt: T + at + 10, rows: [] }, { intervalSeconds: 0.5 })
    }
    const { rows } = await readCoverageIntervals(db.pool, {
      scope: feed.resourceId,
      from: T,
      to: T + 60_000,
      limit: 10,
    })
    expect(rows.map(({ polls }) => polls)).toEqual([4])
  })

  it('writes nothing but itself for a poll in which nothing changed', async () => {
    const feed = await createTestPollSource(db)
    await feed.record('learned', poll(0, [a]))
    const count = async () =>
      (
        await db.pool.query(
          'SELECT (SELECT count(*) FROM route_interval) + (SELECT count(*) FROM route) + (SELECT count(*) FROM coverage) AS n',
        )
      ).rows[0]?.n
    const before = await count()
    for (let n = 1; n < 50; n++) await feed.record('learned', poll(n, [a]))
    expect(await count()).toBe(before)
  })

  it('gives the interval in force and the floor', async () => {
    const feed = await createTestPollSource(db)
    for (let n = 0; n < 5; n++) {
      await feed.record(
        'learned',
        { startedAt: T + n * 20_000, finishedAt: T + n * 20_000 + 1_000, rows: [] },
        { intervalSeconds: 10 },
      )
    }
    const [source] = await listSources(db.pool, { scope: feed.resourceId })
    expect(source?.poll).toMatchObject({ intervalSeconds: 20, floorSeconds: 21, lastOutcome: 'ok' })
    expect(source?.scheduled).toBe(false)
  })
})

describe('what is kept in memory from poll to poll', () => {
  it('of a route table of which a difference alone is read: the others are as they were', async () => {
    const feed = await createTestPollSource(db)
    const [b, c] = [routeRow('10.2.0.0/16'), routeRow('2001:db8::/32')]
    const key = (prefix: string) => ({ instance: '10.0.4.12', peer: '10.0.4.4', prefix })
    const difference = { digest: 'x', keys: [key(a.prefix), key(b.prefix)], rows: [longer] }
    const read = async (
      n: number,
      rows: unknown[],
      answer: object,
      last: LastRouteTableDigest | null,
      more: object = {},
    ) => {
      const observation = { ...feed.observe('learned', poll(n, rows)), answer, ...more } as PollObservation
      const { changes } = await db.transaction((client) =>
        recordObservation(client, feed.sourceId, observation, { intervalSeconds: 60, last }),
      )
      return changes.flatMap((change) => (change.type === 'route' ? [`${change.op} ${change.prefix}`] : []))
    }
    const after = (n: number, digest: string) => ({ digest, finishedAt: finished(n) })
    expect(await read(0, [a, b, c], { digest: 'x' }, null)).toHaveLength(3)
    expect(await read(1, [], { digest: 'x' }, after(0, 'x'))).toEqual([])
    expect(await read(2, [], { digest: 'y', since: difference }, after(1, 'x'))).toEqual([
      `change ${a.prefix}`,
      `withdraw ${b.prefix}`,
    ])
    // if the difference refers to another table than the last one, or another process recorded a poll, the whole table
    // counts
    expect(await read(3, [b, longer, c], { digest: 'z', since: difference }, after(2, 'y'))).toEqual([
      `announce ${b.prefix}`,
    ])
    expect(await read(4, [longer, c], { digest: 'z' }, after(2, 'z'))).toEqual([`withdraw ${b.prefix}`])
    expect(await read(5, [b], { digest: 'z' }, after(4, 'z'), { outcome: 'incomplete' })).toEqual([
      `announce ${b.prefix}`,
    ])
  })

  it('is what a poll left, once the database has numbered its rows', async () => {
    const feed = await createTestPollSource(db)
    const left = async (n: number) => ((await feed.record('peers', poll(n, [peerRow()]))) as RecordedPoll).left
    expect(await left(0)).toBeUndefined()
    expect(await left(1)).toMatchObject({ state: { lastFinishedAt: finished(1) }, table: null, inventory: null })
  })
})
