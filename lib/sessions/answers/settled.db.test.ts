import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import type { PeerRow } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  TEST_ESTATE_GATEWAY_ARM_ID,
  testFieldsOfIdleSession,
  createGatewayPeer,
  createInventoryRows,
} from '#lib/questions/testing/estate-feed.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { listGateways } from '#lib/gateways/answers/index.ts'
import { createDatabaseReaderAsOfMoment } from '#lib/questions/index.ts'
import { endpoints } from '../api/index.ts'
import { listSessions as innerListSessions } from './sessions.ts'

const listSessions = wrapFunctionWithJsonEncoding(endpoints.sessions, innerListSessions)

const db = withTestDatabase()
const SECOND = 1_000
const DAY = 86_400_000
/** Duration of every poll in this file. */
const CALL_MS = 2_000
const A = '10.0.4.12'
const B = '10.0.4.13'
const PAIRS = [A, B].flatMap((own) => ['10.0.4.4', '10.0.4.5'].map((neighbor) => [own, neighbor] as const))

const feed = createTestEstatePollRecorder(db)
let begin = Date.UTC(2026, 0)
beforeAll(() => feed.inventory(begin, createInventoryRows()))

async function ask(at: number, now: number, scope: string | undefined = TEST_ESTATE_GATEWAY_ARM_ID) {
  const { data, covered, uncovered, settled } = await listSessions(db, { scope, at, limit: 100 }, now)
  const first = data.find(({ localAddress, neighbor }) => localAddress === A && neighbor === '10.0.4.4')
  return { first, settled, said: { data, covered, uncovered: covered ? [] : uncovered?.map(({ from }) => from) } }
}

/**
 * Returns the rows of all sessions at a time. Each test uses a day of its own. `first` replaces fields of A's session
 * to .4.
 */
const rowsAt = (at: number, first: Partial<PeerRow> = {}) =>
  PAIRS.map(([own, neighbor], n) =>
    createGatewayPeer(own, neighbor, {
      connectedDurationMs: at - begin + 7_200_000,
      messagesSent: BigInt(at),
      ...(n === 0 && first),
    }),
  )

describe('a moment after the last poll', () => {
  let last = 0
  beforeAll(async () => {
    begin += DAY
    for (const n of [0, 60, 120]) await feed.peers((last = begin + n * SECOND), rowsAt(last))
  })

  it('is answered by the polls that had ended, and reports whether it was covered and may change', async () => {
    const at = last + 10 * SECOND
    const first = { state: 'established', known: 'observed' }
    expect(await ask(at, last + 20 * SECOND)).toMatchObject({ first, settled: false, said: { covered: true } })
    const overdue = { first, said: { covered: false } }
    expect(await ask(at, last + 100 * SECOND)).toMatchObject({ ...overdue, settled: false })
    await feed.peersFail(last + 60 * SECOND, 'unavailable')
    await feed.peers(last + 400 * SECOND, rowsAt(last + 400 * SECOND))
    expect(await ask(at, last + 410 * SECOND)).toMatchObject({ ...overdue, settled: true })
  })

  it('is not settled within the last poll, and a change that the next poll reads was not known then', async () => {
    const poll = last + 460 * SECOND
    await feed.peers(poll, rowsAt(poll))
    const at = poll + SECOND
    expect(await ask(at, poll + 10 * SECOND)).toMatchObject({ first: { known: 'observed' }, settled: false })
    await feed.peers(poll + 60 * SECOND, rowsAt(poll + 60 * SECOND, testFieldsOfIdleSession))
    expect(await ask(at, poll + 70 * SECOND)).toMatchObject({
      first: { state: 'established', known: 'observed' },
      settled: true,
    })
  })
})

describe('a moment without polls', () => {
  it('keeps a fall that was read before, as every other list of that moment does', async () => {
    begin += DAY
    for (const n of [0, 60]) await feed.peers(begin + n * SECOND, rowsAt(begin + n * SECOND))
    await feed.peers(begin + 120 * SECOND, rowsAt(begin + 120 * SECOND, testFieldsOfIdleSession))
    await feed.peersFail(begin + 180 * SECOND, 'unavailable')
    await feed.peers(begin + 1_200 * SECOND, rowsAt(begin + 1_200 * SECOND))
    const [at, now] = [begin + 900 * SECOND, begin + 1_300 * SECOND]
    const down = { state: 'idle', verdict: 'down', known: 'stale' }
    const { first, said } = await ask(at, now)
    expect({ first, said }).toMatchObject({ first: down, said: { covered: false } })
    const { data } = await listGateways(createDatabaseReaderAsOfMoment(db, at, now), { limit: 10 }, at)
    const sessions = await listSessions(db, { at, limit: 100 }, now)
    expect(data[0]?.instances.map(({ sessionsUp }) => sessionsUp)).toEqual(
      [A, B].map((own) => sessions.data.filter((one) => one.localAddress === own && one.verdict === 'up').length),
    )
  })
})

describe('a settled answer', () => {
  it('is the same when polls are further apart later: a missing row counts by the interval of then', async () => {
    begin += DAY
    for (let n = 0; n < 25; n++) await feed.peers(begin + n * 60 * SECOND, rowsAt(begin + n * 60 * SECOND))
    const gone = begin + 25 * 60 * SECOND
    for (const n of [0, 60, 120]) await feed.peers(gone + n * SECOND, rowsAt(gone + n * SECOND).slice(1))
    const at = gone + CALL_MS + 70 * SECOND
    // the longest interval so far limits how long ago a poll may have read the other sessions
    const stateOf = async (now: number) => {
      const { settled, first } = await ask(at, now)
      return [settled, first?.state, first?.known, first?.verdict]
    }
    const said = await stateOf(gone + 130 * SECOND)
    expect(said).toEqual([true, 'unknown', 'observed', 'down'])
    let next = gone + 120 * SECOND
    for (let n = 0; n < 25; n++) await feed.peers((next += 85 * SECOND), rowsAt(next))
    expect(await stateOf(next + SECOND)).toEqual(said)
  })

  it('bounds when a row was read last by the intervals of then, once those polls have ended', async () => {
    begin += DAY
    let next = begin
    // the first run began with the intervals of an earlier test
    for (const run of [1, 2]) {
      for (let n = 0; n < 25; n++) await feed.peers((next += 60 * SECOND), rowsAt(next))
      await feed.peersFail((next += 60 * SECOND), 'unavailable')
      if (run === 1) begin = next
    }
    const at = begin + 600 * SECOND
    await feed.peers((next += 60 * SECOND), rowsAt(next))
    const { first, said } = await ask(at, next + SECOND)
    // a gap is longer than 1.5 intervals, and a call takes at most one interval
    expect(first?.lastSeenBetween).toEqual([at - 150 * SECOND, at].map((bound) => new Date(bound).toISOString()))
    for (let n = 0; n < 25; n++) await feed.peers((next += 85 * SECOND), rowsAt(next))
    expect((await ask(at, next + SECOND)).said).toEqual(said)
  })

  it('is the same when a source is found later: it is missing from no time before', async () => {
    begin += DAY
    for (const n of [0, 60, 120]) await feed.peers(begin + n * SECOND, rowsAt(begin + n * SECOND))
    const at = begin + 30 * SECOND
    const known = await listSessions(db, { at, limit: 100 }, at + DAY)
    expect(known).toMatchObject({ covered: true, uncovered: [], settled: true })
    for (const n of [180, 240]) await feed.summary(begin + n * SECOND, 'primary', [createCustomerNeighbor('primary')])
    expect(await listSessions(db, { at, limit: 100 }, at + DAY)).toMatchObject({ covered: true, uncovered: [] })
  })

  it('dates a session by the ages of then: those that are read later move nothing', async () => {
    begin += DAY
    const aged = (at: number, sampledMs: number) =>
      rowsAt(at, { connectedDurationMs: at + sampledMs - begin + 3_600_000 })
    for (const [n, sampledMs] of [0, 1_000, 500, 1_500, 2_000].entries())
      await feed.peers(begin + n * 60 * SECOND, aged(begin + n * 60 * SECOND, sampledMs))
    const at = begin + 30 * SECOND
    const { first, said } = await ask(at, begin + DAY / 2)
    const up = begin - 3_600_000
    expect(first?.establishedAt).toEqual([up, up + CALL_MS].map((bound) => new Date(bound).toISOString()))
    await feed.peers(begin + 300 * SECOND, rowsAt(begin + 300 * SECOND, testFieldsOfIdleSession))
    expect((await ask(at, begin + DAY / 2)).said).toEqual(said)
  })
})

/** The result of the next poll for the first session, and its delay after the previous poll. */
const step = fc.record({
  afterMs: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 55_000, max: 65_000 }) },
    { weight: 1, arbitrary: fc.integer({ min: CALL_MS, max: 600_000 }) },
  ),
  sees: fc.constantFrom('up', 'up', 'up', 'down', 'missing', 'silent', 'failed', 'repeat', 'restart'),
  sampledMs: fc.integer({ min: 0, max: CALL_MS }),
})

it('an answer that is settled is the same after every later poll', { timeout: 300_000 }, async () => {
  let [settled, open] = [0, 0]
  const polls = fc.array(step, { minLength: 4, maxLength: 14 })
  const shares = fc.array(fc.double({ min: 0, max: 1.6, noNaN: true }), { minLength: 3, maxLength: 3 })
  await fc.assert(
    fc.asyncProperty(polls, shares, async (steps, moments) => {
      begin += DAY
      const kept = new Map<number, unknown>()
      let [at, upSince] = [begin, begin - 3_600_000]
      let last: PeerRow[] = []
      for (const { afterMs, sees, sampledMs } of steps) {
        const before = at
        at += afterMs
        if (sees === 'restart') upSince = at - 20 * SECOND
        const rows = rowsAt(
          at,
          sees === 'down' ? testFieldsOfIdleSession : { connectedDurationMs: at + sampledMs - upSince },
        )
        if (sees === 'down' || sees === 'missing') upSince = at + CALL_MS
        const ofB = rows.filter(({ localAddress }) => localAddress === B)
        if (sees === 'failed') await feed.peersFail(at, 'unavailable')
        else if (sees === 'silent') await feed.peers(at, ofB, [A])
        else {
          const seen = sees === 'missing' ? rows.slice(1) : sees === 'repeat' && last.length > 0 ? last : rows
          await feed.peers(at, seen)
          last = seen
        }
        for (const share of moments) {
          const moment = Math.round(before + share * (at + CALL_MS - before))
          const answer = await ask(moment, Math.max(moment, at + CALL_MS) + 1)
          if (answer.settled) kept.set(moment, answer.said)
          else open += 1
        }
      }
      for (const [moment, said] of kept)
        expect({ moment, said: (await ask(moment, begin + DAY)).said }).toEqual({ moment, said })
      settled += kept.size
    }),
    { numRuns: 12 },
  )
  expect(settled).toBeGreaterThan(open / 4)
  expect(open).toBeGreaterThan(0)
})
