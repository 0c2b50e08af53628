import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRandomGenerator } from '../../testing/random.ts'
import { type DuePollOfResource, summarizeSessionPolls, nextTurn, type ResourceOperationHistory } from './turn.ts'

const SECOND = 1_000
const NOW = 1_000 * SECOND

type Named = DuePollOfResource & { name: string }
/** @param late seconds since it was due */
const session = (name: string, late: number, more: Partial<DuePollOfResource> = {}): Named => ({
  name,
  isFirst: true,
  nextAt: NOW - late * SECOND,
  everyMs: 20 * SECOND,
  configuredMs: 20 * SECOND,
  askedAt: null,
  isBurst: false,
  runMs: 5 * SECOND,
  ...more,
})
const table = (name: string, late: number, more: Partial<DuePollOfResource> = {}): Named => ({
  ...session(name, late, { everyMs: 300 * SECOND, configuredMs: 300 * SECOND, ...more }),
  isFirst: false,
})

describe('whose turn it is', () => {
  it.each<
    [string, Named[], Partial<ResourceOperationHistory> & { sessionIn?: number; sessionMs?: number }, string | null]
  >([
    ['the only one', [table('a', 1)], {}, 'a'],
    ['a session before a table', [table('a', 14), session('b', 0)], {}, 'b'],
    ['but a table first that is late by a twentieth of its interval', [table('a', 16), session('b', 0)], {}, 'a'],
    ['the session whose interval ends first', [session('a', 1), session('b', 3)], {}, 'b'],
    [
      'a session in a burst before one that is later',
      [session('a', 3), session('b', 1, { everyMs: 10 * SECOND })],
      {},
      'b',
    ],
    ['no table that would make a session wait', [table('a', 10)], { sessionIn: 4 }, null],
    ['a table that ends before the next session', [table('a', 10)], { sessionIn: 6 }, 'a'],
    ['a table of unknown length, in a gap', [table('a', 10, { runMs: null })], { sessionIn: 6 }, 'a'],
    [
      'a table at 4 times its configured interval, when it is due',
      [table('a', 1, { everyMs: 1_200 * SECOND }), session('b', 3)],
      {},
      'a',
    ],
    [
      'not yet a table at nearly four times its configured interval, which may be read as late as at four times it',
      [table('a', 9, { everyMs: 1_170 * SECOND }), session('b', 3)],
      {},
      'b',
    ],
    ['but later on it', [table('a', 11, { everyMs: 1_170 * SECOND }), session('b', 3)], {}, 'a'],
    ['after a table the session', [table('a', 301), session('b', 3)], { followsTable: true }, 'b'],
    [
      'after a table another one, if no session is due',
      [table('a', 301), table('b', 305)],
      { followsTable: true },
      'b',
    ],
    ['a table that a change asks for', [table('a', 0, { askedAt: NOW }), session('b', 3)], {}, 'a'],
    ['what a change asks for before what is late', [table('a', 400), table('b', 0, { askedAt: NOW })], {}, 'b'],
    [
      'what can wait no longer before what a change asks for',
      [table('a', 901), table('b', 0, { askedAt: NOW })],
      {},
      'a',
    ],
    ['a table in a burst', [table('a', 0, { isBurst: true, everyMs: 10 * SECOND }), session('b', 3)], {}, 'a'],
    ['a table that can still be in time before a session', [table('a', 29), session('b', 1)], {}, 'a'],
    [
      'a session that can still be in time before a table that can no longer',
      [table('a', 31), session('b', 1)],
      {},
      'b',
    ],
    ['which waits for that session', [table('a', 31)], { sessionIn: 2 }, null],
    ['but not for one that comes in time after it all the same', [table('a', 31)], { sessionIn: 4 }, 'a'],
    [
      'nor where its interval is not four of that session',
      [table('a', 31)],
      { sessionIn: 2, sessionMs: 76 * SECOND },
      'a',
    ],
    ['nor for one with a long interval', [table('a', 31)], { sessionIn: 2, sessionMs: 90 * SECOND }, 'a'],
    ['nor for a session that is too late as well', [table('a', 31), session('b', 3)], {}, 'a'],
    ['nor for more than an interval of the sessions', [table('a', 51), session('b', 1)], {}, 'a'],
    ['nor where something asks for it', [table('a', 31, { askedAt: NOW }), session('b', 1)], {}, 'a'],
  ])('%s', (_, candidates, { sessionIn, sessionMs = 20 * SECOND, ...state }, expected) => {
    const due = candidates.filter(({ isFirst }) => isFirst)
    const comes = sessionIn === undefined ? [] : [{ nextAt: NOW + sessionIn * SECOND, everyMs: sessionMs }]
    const first = summarizeSessionPolls([...due, ...comes])
    const chosen = nextTurn(candidates, { followsTable: false, first, ...state }, NOW) as Named | null
    expect(chosen?.name ?? null).toBe(expected)
  })
})

interface Poll {
  isFirst: boolean
  everyMs: number
  nextAt: number
  starts: number[]
}

/** Simulates one resource: the poll whose turn it is runs for the duration that `runMs` returns, then the next. */
function operate(polls: Poll[], runMs: () => number, untilMs: number): { waits: number[] } {
  let [now, followsTable] = [0, false]
  const waits: number[] = []
  while (now < untilMs) {
    const first = polls.filter(({ isFirst }) => isFirst)
    const candidates = polls
      .filter(({ nextAt }) => nextAt <= now)
      .map((poll) => ({ ...poll, poll, askedAt: null, isBurst: false, runMs: null }))
    const state = { followsTable, first: summarizeSessionPolls(first) }
    const turn = nextTurn(candidates, state, now) as (DuePollOfResource & { poll: Poll }) | null
    if (!turn) {
      const next = Math.min(
        ...polls.flatMap(({ nextAt, everyMs }) => [nextAt, nextAt + everyMs]).filter((at) => at > now),
      )
      now = next
      continue
    }
    const { poll } = turn
    if (poll.isFirst && first.length === 1) waits.push(now - poll.nextAt)
    poll.starts.push(now)
    // in the same way as `claimDuePolls` and `completeInTransaction`
    if (now - poll.nextAt > 0.05 * poll.everyMs) poll.nextAt = now
    now += runMs()
    poll.nextAt = Math.max(poll.nextAt + poll.everyMs, now)
    followsTable = !poll.isFirst
  }
  return { waits }
}

const runs = fc.record({ seed: fc.integer({ min: 1 }), longestMs: fc.integer({ min: 300, max: 60_000 }) })

/** Returns random run times between a tenth of the maximum and the maximum, repeatable for the same seed. */
function runTimes({ seed, longestMs }: { seed: number; longestMs: number }): () => number {
  const random = createRandomGenerator(seed)
  return () => Math.ceil(longestMs * (0.1 + 0.9 * random()))
}

describe('over a while', () => {
  it('every table is read within four intervals where run times allow it, however busy sessions are', () => {
    const estate = fc.record({
      sessions: fc.integer({ min: 0, max: 4 }),
      sessionMs: fc.integer({ min: 100, max: 60_000 }),
      tables: fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1, maxLength: 8 }),
      run: runs,
    })
    fc.assert(
      fc.property(estate, ({ sessions, sessionMs, tables, run }) => {
        // if tables and sessions alternate, each interval has time for two operations of each table within two
        // intervals
        const leastMs = (tables.length + 1) * 2 * run.longestMs
        const polls = [
          ...Array.from({ length: sessions }, () => ({ isFirst: true, everyMs: sessionMs, nextAt: 0, starts: [] })),
          ...tables.map((n) => ({ isFirst: false, everyMs: leastMs * n, nextAt: 0, starts: [] })),
        ] as Poll[]
        const untilMs = 10 * leastMs * Math.max(...tables)
        operate(polls, runTimes(run), untilMs)
        for (const { isFirst, everyMs, starts } of polls) {
          if (isFirst) continue
          const gaps = starts.map((at, i) => at - (starts[i - 1] ?? 0))
          expect(Math.max(...gaps, untilMs - (starts.at(-1) ?? 0))).toBeLessThanOrEqual(4 * everyMs)
        }
      }),
    )
  })

  it("a gateway's peers wait for one operation at most", () => {
    const estate = fc.record({
      peersMs: fc.integer({ min: 100, max: 120_000 }),
      tables: fc.array(fc.integer({ min: 100, max: 600_000 }), { maxLength: 8 }),
      run: runs,
    })
    fc.assert(
      fc.property(estate, ({ peersMs, tables, run }) => {
        const peers: Poll = { isFirst: true, everyMs: peersMs, nextAt: 0, starts: [] }
        const others = tables.map((everyMs): Poll => ({ isFirst: false, everyMs, nextAt: 0, starts: [] }))
        const { waits } = operate([peers, ...others], runTimes(run), 100 * run.longestMs)
        expect(Math.max(0, ...waits)).toBeLessThanOrEqual(run.longestMs)
      }),
    )
  })

  it('a session that drops while answers take as long as its interval is seen down within 3 s', () => {
    // responses take 1.0 s; session polls are configured at 1 s, with one table of learned routes and four tables of
    // advertised routes on the same resource
    const peers: Poll = { isFirst: true, everyMs: SECOND, nextAt: 0, starts: [] }
    const learned: Poll = { isFirst: false, everyMs: 300 * SECOND, nextAt: 0, starts: [] }
    const advertised = Array.from(
      { length: 4 },
      (): Poll => ({ isFirst: false, everyMs: 3_600 * SECOND, nextAt: 0, starts: [] }),
    )
    operate([peers, learned, ...advertised], () => SECOND, 3 * 3_600 * SECOND)
    // from the last poll that read the session as up, to the end of the first poll that read it as down
    const bounds = peers.starts.map((at, i) => at - (peers.starts[i - 1] ?? at) + SECOND).slice(10)
    expect(Math.max(...bounds)).toBe(3 * SECOND)
    expect(bounds.filter((ms) => ms > 2 * SECOND).length).toBeLessThan(0.01 * bounds.length)
  })
})
