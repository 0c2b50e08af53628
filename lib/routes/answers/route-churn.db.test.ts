import { beforeAll, describe, expect, it } from 'vitest'
import type { ApiRouteChange } from '../api/index.ts'
import type { RouteRow } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { computeRouteChanges as innerAnswerRouteChanges } from './route-changes.ts'
import { computeRouteChurn as innerAnswerRouteChurn } from './route-churn.ts'
import { computeRouteDiff as innerAnswerRouteDiff } from './route-diff.ts'
import { getRouteHistory as innerGetRouteHistory } from './route-history.ts'
import {
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/routes/api/index.ts'

const answerRouteChanges = wrapFunctionWithJsonEncoding(endpoints.routeChanges, innerAnswerRouteChanges)
const answerRouteChurn = wrapFunctionWithJsonEncoding(endpoints.routeChurn, innerAnswerRouteChurn)
const answerRouteDiff = wrapFunctionWithJsonEncoding(endpoints.routesDiff, innerAnswerRouteDiff)
const getRouteHistory = wrapFunctionWithJsonEncoding(endpoints.routeHistory, innerGetRouteHistory)

const db = withTestDatabase()
const T0 = Date.UTC(2026, 10, 20, 3)
const minute = (n: number) => T0 + n * MS_PER_MINUTE
const now = minute(31)

const path = (...asPath: number[]) => ({ asPath: [12076, ...asPath] })
/** Path exploration in minutes 20 to 24, with a different path each minute and finally the first path again. */
const explored = [path(65001), path(65002, 65001), path(65003, 65002, 65001), path(65001)]

const tableOf = (n: number): RouteRow[] => {
  // the session to 10.0.4.4 is down in minutes 10 to 13, and its routes are absent
  const down = n >= 10 && n <= 13
  return [
    ...(down ? [] : [route('10.1.0.0/16'), route('10.2.0.0/16'), route('10.3.0.0/16')]),
    route('10.9.0.0/16', { peer: '10.0.4.5', nextHop: '10.0.4.5', ...explored[Math.max(0, Math.min(3, n - 20))] }),
    route('10.7.0.0/16', { peer: '10.0.4.5', nextHop: '10.0.4.5', ...(n >= 28 ? path(65001, 65001) : path(65001)) }),
    ...(n >= 25 ? [route('10.8.0.0/16', { peer: '10.0.4.5', nextHop: '10.0.4.5' })] : []),
  ]
}

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(minute(0))
  for (let n = 0; n <= 30; n++) {
    const down = n >= 10 && n <= 13
    await feed.peers(minute(n), [
      createGatewayPeer(
        '10.0.4.12',
        '10.0.4.4',
        down ? testFieldsOfIdleSession : { connectedDurationMs: (n > 13 ? n - 13 : n + 60) * MS_PER_MINUTE - 30_000 },
      ),
      createGatewayPeer('10.0.4.12', '10.0.4.5'),
    ])
    await feed.learned(minute(n) + 5_000, tableOf(n))
  }
})

describe('route churn', () => {
  it('counts what moved, apart from what stood when the table was first read, and names initial dumps', async () => {
    const { data } = await answerRouteChurn(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: T0, to: minute(30), step: 10 * MS_PER_MINUTE },
      now,
    )
    expect(
      data.points.map(({ start: _, coveredSeconds, ...counts }) => ({
        ...counts,
        covered: Math.round(coveredSeconds),
      })),
    ).toEqual([
      { announced: 0, withdrawn: 0, changed: 0, firstSeen: 5, initialDump: 0, covered: 595 },
      { announced: 3, withdrawn: 3, changed: 0, firstSeen: 0, initialDump: 3, covered: 600 },
      { announced: 1, withdrawn: 0, changed: 4, firstSeen: 0, initialDump: 0, covered: 600 },
    ])
    expect(data.changesPerCoveredMinute).toBeCloseTo(11 / 29.9, 2)
  })

  it('separates exploration and the work of a session from lasting change', async () => {
    const { data } = await answerRouteChurn(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: T0, to: minute(30), step: MS_PER_MINUTE },
      now,
    )
    const none = { session: 0, exploration: 0, transient: 0, lasting: 0 }
    expect(
      data.topPrefixes.map(({ prefix, total, bursts, distinctPaths }) => {
        const { steps, ...counts } = bursts ?? { steps: [] }
        expect(steps.every((start) => data.points.some((point) => point.start === start))).toBe(true)
        expect(steps).not.toEqual([])
        return { prefix, total, bursts: counts, distinctPaths }
      }),
    ).toEqual([
      { prefix: '10.9.0.0/16', total: 3, bursts: { ...none, exploration: 1 }, distinctPaths: 3 },
      { prefix: '10.1.0.0/16', total: 2, bursts: { ...none, session: 1 }, distinctPaths: 1 },
      { prefix: '10.2.0.0/16', total: 2, bursts: { ...none, session: 1 }, distinctPaths: 1 },
      { prefix: '10.3.0.0/16', total: 2, bursts: { ...none, session: 1 }, distinctPaths: 1 },
      { prefix: '10.7.0.0/16', total: 1, bursts: { ...none, lasting: 1 }, distinctPaths: 2 },
      { prefix: '10.8.0.0/16', total: 1, bursts: { ...none, lasting: 1 }, distinctPaths: 1 },
    ])
    expect(data.topPrefixes[0]?.penalty).toBeGreaterThan(0)
    expect(data.topPrefixes.map(({ penalty, wouldBeDamped }) => wouldBeDamped === penalty >= 6_000)).not.toContain(
      false,
    )
  })

  it('covers nothing of the time to come', async () => {
    const { data } = await answerRouteChurn(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: minute(30), to: minute(90), step: 30 * MS_PER_MINUTE },
      now,
    )
    expect(data.points.map(({ coveredSeconds }) => coveredSeconds)).toEqual([60, 0])
  })

  it.each([
    { name: 'a range without length', from: T0, to: T0, says: /later than from/ },
    {
      name: 'too many steps',
      from: T0 - 300 * 24 * 60 * MS_PER_MINUTE,
      to: T0,
      step: 1_000,
      says: /step: .* send a step of \d+s/,
    },
  ])('is refused for $name', async ({ says, ...range }) => {
    await expect(answerRouteChurn(db, range, now)).rejects.toThrow(says)
  })
})

describe('the difference of two moments', () => {
  const diff = async (from: number, to: number) =>
    (await answerRouteDiff(db, { scope: TEST_ESTATE_GATEWAY_ARM_ID, from, to }, now)).data

  it('is net; what came and went between is counted beside it', async () => {
    const data = await diff(minute(5), minute(29))
    expect(data).toMatchObject({ withdrawn: [], undecidable: [] })
    expect(data.announced.map(({ prefix }) => prefix)).toEqual(['10.8.0.0/16'])
    expect(data.changesBetween).toEqual({ announced: 4, withdrawn: 3, changed: 4 })
    expect(data.tables).toMatchObject([
      {
        table: 'learned',
        azCommand: expect.stringMatching(/^az network vnet-gateway list-learned-routes --name ergw-hub /),
      },
    ])
  })

  it('has the rows before and after', async () => {
    expect((await diff(minute(5), minute(29))).changed).toMatchObject([
      {
        prefix: '10.7.0.0/16',
        peer: '10.0.4.5',
        before: [{ asPath: [12076, 65001], nextHop: '10.0.4.5' }],
        after: [{ asPath: [12076, 65001, 65001] }],
      },
    ])
  })

  it('is undecidable for what was about to change', async () => {
    const data = await diff(minute(10), minute(12))
    expect(data.withdrawn).toEqual([])
    expect(data.undecidable.map(({ prefix, reason, at }) => `${prefix} ${reason} ${at}`)).toEqual([
      '10.1.0.0/16 indeterminate from',
      '10.2.0.0/16 indeterminate from',
      '10.3.0.0/16 indeterminate from',
    ])
  })

  it('is undecidable for a time that nobody saw', async () => {
    const answer = await answerRouteDiff(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, from: T0 - MS_PER_MINUTE, to: minute(5) },
      now,
    )
    expect(answer.covered).toBe(false)
    expect(answer.data.announced).toEqual([])
    expect(answer.data.undecidable.map(({ reason, at }) => `${reason} ${at}`)).toEqual(
      Array(5).fill('not_covered from'),
    )
  })
})

describe('the changes of a range, one by one', () => {
  const changes = async (query: Partial<Parameters<typeof answerRouteChanges>[1]>) =>
    answerRouteChanges(
      db,
      {
        scope: TEST_ESTATE_GATEWAY_ARM_ID,
        from: minute(5),
        to: minute(29),
        sort: 'time',
        order: 'asc',
        limit: 100,
        ...query,
      },
      now,
    )
  const written = ({ op, prefix }: ApiRouteChange) => `${op} ${prefix}`

  it('are those that are counted, in the order asked for, with what stood before and after and the polls that bound them', async () => {
    const { data } = await changes({})
    const counted = (op: string) => data.filter((change) => change.op === op).length
    expect([counted('announce'), counted('withdraw'), counted('change')]).toEqual([4, 3, 4])
    const seen = data.map(({ between }) => between[1])
    expect(seen).toEqual(seen.toSorted())
    expect(data.find(({ prefix }) => prefix === '10.1.0.0/16')).toMatchObject({
      op: 'withdraw',
      between: [new Date(minute(9) + 5_000).toISOString(), new Date(minute(10) + 7_000).toISOString()],
      before: [{ asPath: expect.anything() }],
      after: [],
      azCommand: expect.stringContaining('list-learned-routes'),
    })
    expect(data.find(({ prefix }) => prefix === '10.7.0.0/16')).toMatchObject({
      op: 'change',
      before: [{ asPath: [12076, 65001] }],
      after: [{ asPath: [12076, 65001, 65001] }],
    })
    expect((await changes({ order: 'desc' })).data).toEqual(data.toReversed())
    expect((await changes({ sort: 'prefix' })).data.map(({ prefix }) => prefix)).toEqual(
      data.map(({ prefix }) => prefix).toSorted(),
    )
  })

  it.each([
    ['time', 'asc'],
    ['time', 'desc'],
    ['prefix', 'asc'],
    ['prefix', 'desc'],
  ] as const)('come in pages that hold each once, by %s, %s', async (sort, order) => {
    const all = (await changes({ sort, order })).data
    const first = await changes({ sort, order, limit: 4 })
    const second = await changes({ sort, order, limit: 4, cursor: first.nextCursor ?? '' })
    const third = await changes({ sort, order, limit: 4, cursor: second.nextCursor ?? '' })
    expect([...first.data, ...second.data, ...third.data]).toEqual(all)
    expect(third.nextCursor).toBeNull()
  })

  it('are filtered by what lies within a prefix', async () => {
    expect((await changes({ within: '10.8.0.0/13' })).data.map(written)).toEqual([
      'change 10.9.0.0/16',
      'change 10.9.0.0/16',
      'change 10.9.0.0/16',
      'announce 10.8.0.0/16',
    ])
  })
})

describe('the history of one prefix', () => {
  it('gives each interval with its four times, the rows before and after, and the polls that bound it', async () => {
    const { data } = await getRouteHistory(
      db,
      { scope: TEST_ESTATE_GATEWAY_ARM_ID, prefix: '10.1.0.0/16', from: T0, to: now, limit: 10 },
      now,
    )
    const poll = (n: number) => ({
      start: new Date(minute(n) + 5_000).toISOString(),
      end: new Date(minute(n) + 7_000).toISOString(),
    })
    expect(data).toHaveLength(2)
    expect(data[0]).toMatchObject({
      lastAbsent: poll(13).start,
      firstPresent: poll(14).end,
      firstAbsent: null,
      to: null,
      ended: null,
      began: { op: 'announce', before: [], polls: { before: poll(13).start, after: poll(14).end } },
    })
    expect(data[1]).toMatchObject({
      lastAbsent: null,
      firstPresent: poll(0).end,
      lastPresent: poll(9).start,
      firstAbsent: poll(10).end,
      from: ['1970-01-01T00:00:00.000Z', poll(0).end],
      to: [poll(9).start, poll(10).end],
      began: { op: 'first_seen', before: [], polls: { before: null, after: poll(0).end } },
      ended: { op: 'withdraw', after: [], polls: { before: poll(9).start, after: poll(10).end } },
      uncovered: [],
      azCommand: expect.stringContaining('list-learned-routes'),
    })
  })

  it('comes in pages that hold each interval once', async () => {
    const query = { scope: TEST_ESTATE_GATEWAY_ARM_ID, prefix: '10.9.0.0/16', from: T0, to: now }
    const all = (await getRouteHistory(db, { ...query, limit: 100 }, now)).data
    expect(all).toHaveLength(4)
    const first = await getRouteHistory(db, { ...query, limit: 3 }, now)
    const rest = await getRouteHistory(db, { ...query, limit: 3, cursor: first.nextCursor ?? '' }, now)
    expect([...first.data, ...rest.data]).toEqual(all)
    await expect(
      getRouteHistory(db, { ...query, prefix: '10.1.0.0/16', limit: 3, cursor: first.nextCursor ?? '' }, now),
    ).rejects.toThrow(/another query|cursor/)
  })
})
