import fc from 'fast-check'
import { beforeAll, beforeEach, expect, it } from 'vitest'
import { MS_PER_SECOND } from '#lib/contract/time/time.ts'
import {
  bringNextTablesForward,
  startPollBurst,
  updatePollIntervals,
  claimDuePolls,
  completeInTransaction,
  expeditePolls,
  type PollLease,
  delayThrottledPollsUntil,
} from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import * as timetable from './timetable.ts'

const db = withTestDatabase()
const FIRST_KINDS = ['peers', 'summary']
const KINDS = ['peers', 'summary', 'learned', 'tables', 'arp', 'stats'] as const

beforeAll(() =>
  // the test creates no rows of sources
  db.pool.query('ALTER TABLE poll_schedule DROP CONSTRAINT poll_schedule_source_id_fkey'),
)
beforeEach(() => db.pool.query('DELETE FROM poll_schedule; DELETE FROM resource_lease'))

/**
 * Draws seconds relative to now, at least half a second away from every time at which something changes, so that a slow
 * statement decides the same.
 */
const moment = (least: number, most: number) => fc.integer({ min: least, max: most }).map((n) => 7 * n + 3.5)

const anyEntry = fc.record({
  resource: fc.constantFrom('a', 'b', null),
  configuredSeconds: fc.constantFrom(60, 300),
  longer: fc.constantFrom(1, 2, 4),
  nextIn: moment(-130, 20),
  askedAgo: fc.option(fc.integer({ min: 1, max: 500 }), { freq: 3 }),
  burstFor: fc.option(moment(-20, 30), { freq: 3 }),
  runSeconds: fc.option(fc.integer({ min: 1, max: 60 })),
})
const anyTimetable = fc.record({
  entries: fc.array(anyEntry, { minLength: 1, maxLength: KINDS.length }),
  lastKinds: fc.tuple(fc.constantFrom('peers', 'arp', null), fc.constantFrom('summary', 'learned', null)),
  leased: fc.option(fc.integer({ min: 0, max: KINDS.length - 1 }), { freq: 2 }),
  ran: fc.integer({ min: 1, max: 90 }),
  notBefore: fc.option(moment(0, 50), { freq: 2 }),
  endsBurst: fc.boolean(),
  other: fc.constantFrom(40, 240, 900),
})
type Drawn = typeof anyTimetable extends fc.Arbitrary<infer T> ? T : never

interface Row extends timetable.PollTimetableEntry {
  id: number
}

async function clock(): Promise<number> {
  const { rows } = await db.pool.query('SELECT extract(epoch FROM clock_timestamp())::float8 * 1000 AS ms')
  return rows[0].ms
}

/** Builds the same timetable in memory; each call returns a new copy. */
function rowsOf({ entries, lastKinds, leased }: Drawn, now: number): Row[] {
  const resources = {
    a: { entries: [] as timetable.PollTimetableEntry[], lastKind: lastKinds[0] },
    b: { entries: [] as timetable.PollTimetableEntry[], lastKind: lastKinds[1] },
  }
  return entries.map((drawn, i): Row => {
    const row: Row = {
      id: i,
      kind: KINDS[i] ?? '',
      configuredSeconds: drawn.configuredSeconds,
      everySeconds: drawn.configuredSeconds * drawn.longer,
      nextAt: now + drawn.nextIn * MS_PER_SECOND,
      askedAt: drawn.askedAgo === null ? null : now - drawn.askedAgo * MS_PER_SECOND,
      isLeased: leased === i,
      burstUntil: drawn.burstFor === null ? null : now + drawn.burstFor * MS_PER_SECOND,
      burstSeconds: drawn.burstFor === null ? null : 10,
      runSeconds: drawn.runSeconds,
      resource: drawn.resource && resources[drawn.resource],
    }
    row.resource?.entries.push(row)
    return row
  })
}

async function store(drawn: Drawn, rows: readonly Row[]): Promise<void> {
  const at = (ms: number | null) => ms && ms / MS_PER_SECOND
  for (const name of ['a', 'b'] as const) {
    await db.pool.query('INSERT INTO resource_lease (resource, kind) VALUES ($1, $2)', [
      name,
      drawn.lastKinds[name === 'a' ? 0 : 1],
    ])
  }
  for (const row of rows) {
    const resource = drawn.entries[row.id]?.resource ?? null
    await db.pool.query(
      `INSERT INTO poll_schedule (source_id, kind, every_seconds, configured_seconds, next_at, asked_at, burst_until, burst_every_seconds, burst_reason,
                                  run_seconds, resource, epoch, lease_owner, lease_until)
       VALUES ($1, $2, $3, $4, to_timestamp($5), to_timestamp($6), to_timestamp($7), $8, CASE WHEN $8::float8 IS NOT NULL THEN 'adverse' END, $9, $10, 1, $11,
               CASE WHEN $11::text IS NOT NULL THEN clock_timestamp() + interval '1 hour' END)`,
      [
        row.id,
        row.kind,
        row.everySeconds,
        row.configuredSeconds,
        at(row.nextAt),
        at(row.askedAt),
        at(row.burstUntil),
        row.burstSeconds,
        row.runSeconds,
        resource,
        row.isLeased ? 'somebody' : null,
      ],
    )
    if (row.isLeased && resource) {
      await db.pool.query(
        `UPDATE resource_lease SET source_id = $2, kind = $3, epoch = 1, lease_until = clock_timestamp() + interval '1 hour' WHERE resource = $1`,
        [resource, row.id, row.kind],
      )
      if (row.resource) row.resource.lastKind = row.kind
    }
  }
}

async function stored(): Promise<
  Map<number, { nextAt: number; askedAt: number | null; run: number | null; burst: number | null; every: number }>
> {
  const { rows } = await db.pool.query(
    `SELECT source_id AS id, extract(epoch FROM next_at)::float8 * 1000 AS next_at, extract(epoch FROM asked_at)::float8 * 1000 AS asked_at,
            run_seconds AS run, extract(epoch FROM burst_until)::float8 * 1000 AS burst, every_seconds AS every FROM poll_schedule`,
  )
  return new Map(
    rows.map((row) => [
      row.id,
      { nextAt: row.next_at, askedAt: row.asked_at, run: row.run, burst: row.burst, every: row.every },
    ]),
  )
}

function claimAll(rows: readonly Row[], now: number): Row[] {
  const lone = rows.filter((row) => row.resource === null && !row.isLeased && row.nextAt <= now)
  const resources = new Set(rows.flatMap(({ resource }) => (resource && resource.entries.length > 0 ? [resource] : [])))
  const turns = [...resources].flatMap(
    (resource) => (timetable.findTurn(resource, FIRST_KINDS, now) as Row | null) ?? [],
  )
  const claimed = [...lone, ...turns]
  for (const row of claimed) timetable.markPollAsClaimed(row, now)
  return claimed
}

const ids = (claimed: readonly { id: number }[]) => claimed.map(({ id }) => id).toSorted((a, b) => a - b)
/** Tolerance in milliseconds, because the database rounds to microseconds. */
const ROUNDED = 0.01

/**
 * Applies the same action to the timetable in the database and to two copies in memory, at the times before and after
 * it.
 */
async function both(
  drawn: Drawn,
  inDatabase: () => Promise<unknown>,
  inMemory: (rows: readonly Row[], now: number, share: number) => void,
  prepare: (rows: Row[]) => void = () => {},
): Promise<void> {
  const now = await clock()
  await db.pool.query('DELETE FROM poll_schedule; DELETE FROM resource_lease')
  const [earlier, later] = [rowsOf(drawn, now), rowsOf(drawn, now)]
  await store(drawn, earlier)
  for (const row of later) if (row.isLeased && row.resource) row.resource.lastKind = row.kind
  for (const rows of [earlier, later]) prepare(rows)
  const before = await clock()
  await inDatabase()
  const after = await clock()
  inMemory(earlier, before, 0)
  inMemory(later, after, 1)
  const found = await stored()
  for (const [i, row] of earlier.entries()) {
    const [one, other, own] = [row, later[i], found.get(row.id)]
    if (!other || !own) throw new Error('a row is missing')
    const [least, most] = [Math.min(one.nextAt, other.nextAt), Math.max(one.nextAt, other.nextAt)]
    expect(own.nextAt).toBeGreaterThanOrEqual(least - ROUNDED)
    expect(own.nextAt).toBeLessThanOrEqual(most + ROUNDED)
    expect(own.askedAt === null).toBe(one.askedAt === null)
    expect(own.every).toBe(one.everySeconds)
    expect(own.run ?? -1).toBeCloseTo(one.runSeconds ?? -1, 6)
    expect(own.burst === null).toBe(one.burstUntil === null)
    expect(own.burst ?? 0).toBeGreaterThanOrEqual((one.burstUntil ?? 0) - ROUNDED)
    expect(own.burst ?? 0).toBeLessThanOrEqual((other.burstUntil ?? 0) + ROUNDED)
  }
}

it('the timetable in memory is claimed, ended and changed as the one in Postgres', async () => {
  await fc.assert(
    fc.asyncProperty(anyTimetable, async (drawn) => {
      const { ran, notBefore, endsBurst, other, entries } = drawn
      const all = entries.map((_, i) => i)
      const kinds = entries.map((_, i) => KINDS[i] ?? '')
      let leases: PollLease[] = []
      const claim = async () => {
        leases = (await claimDuePolls(db, { owner: 'a', leaseSeconds: 3_600, limit: 99, firstKinds: FIRST_KINDS }))
          .leases
      }
      const claimed: number[][] = []
      await both(drawn, claim, (rows, now) => claimed.push(ids(claimAll(rows, now))))
      expect(claimed).toContainEqual(ids(leases.map(({ sourceId }) => ({ id: sourceId }))))

      // claims at slightly different times may choose differently, so the entries are claimed at one time and only the
      // end is compared
      const until = notBefore === null ? null : Date.now() + notBefore * MS_PER_SECOND
      const end = async () => {
        for (const lease of leases) {
          const completion = { ...lease, notBefore: until, ranSeconds: ran, endsBurst }
          await db.transaction((client) => completeInTransaction(client, completion))
        }
      }
      const ends = async () => {
        await claim()
        await end()
      }
      await both(drawn, ends, (rows, now) => {
        for (const row of claimAll(rows, now)) {
          const { everySeconds } = row
          timetable.markPollAsCompleted(row, { everySeconds, notBefore: until, ranSeconds: ran, endsBurst }, now)
        }
      })

      const expedited = async () => {
        for (const [i, kind] of kinds.entries()) if (drawn.leased !== i) await expeditePolls(db, i, [kind])
      }
      await both(drawn, expedited, (rows, now) => {
        for (const row of rows) if (!row.isLeased) timetable.makePollDueSoon(row, now)
      })

      const later = Date.now() + ran * MS_PER_SECOND
      for (const spread of [false, true]) {
        await both(
          drawn,
          () => delayThrottledPollsUntil(db, all, kinds, later, { spread }),
          (rows, _, share) => {
            for (const row of rows) timetable.postponePollUntil(row, later, spread ? share : 0)
          },
        )
      }

      await both(
        drawn,
        () =>
          updatePollIntervals(
            db,
            entries.map(({ configuredSeconds }, i) => ({
              sourceId: i,
              kind: kinds[i] ?? '',
              configuredSeconds,
              everySeconds: other,
              plan: null,
            })),
          ),
        (rows, now, share) => {
          for (const row of rows) timetable.changeInterval(row, other, share, now)
        },
      )

      const faster = kinds.map((kind, i) => ({ sourceId: i, kind }))
      await both(
        drawn,
        () => startPollBurst(db, faster, { everySeconds: 20, forSeconds: 180, room: 99, reason: 'adverse' }),
        (rows, now) => {
          for (const row of rows) timetable.startTimetablePollBurst(row, 20, 180, now)
        },
      )
    }),
    { numRuns: 20 },
  )
})

const rarely = <T>(arbitrary: fc.Arbitrary<T>) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
const SESSION = {
  resource: 'a' as const,
  configuredSeconds: 60 as const,
  longer: 1 as const,
  nextIn: 3.5,
  askedAgo: null,
  burstFor: null,
  runSeconds: null,
}
const anyTable = fc.record({
  resource: fc.constant('a' as const),
  configuredSeconds: fc.constantFrom(60, 300),
  longer: fc.constantFrom(1, 4),
  nextIn: moment(-1, 25),
  askedAgo: rarely(fc.integer({ min: 1, max: 500 })),
  burstFor: fc.constant(null),
  runSeconds: fc.option(fc.integer({ min: 5, max: 40 }), { freq: 10 }),
})
/** Draws a gateway whose sessions were just polled, and its tables. */
const anyGateway = fc.record({
  sessions: fc.array(moment(2, 8), { minLength: 1, maxLength: 2 }),
  tables: fc.array(anyTable, { minLength: 1, maxLength: 2 }),
  leased: rarely(fc.constant(2)),
})

it('the tables in memory that are brought forward are those in Postgres', async () => {
  let brought = 0
  await fc.assert(
    fc.asyncProperty(anyGateway, async ({ sessions, tables, leased }) => {
      const [one = 0, other] = sessions
      // the second entry of KINDS is also a session, so it has no resource unless a second session is drawn
      const second = other === undefined ? { ...SESSION, resource: null } : { ...SESSION, nextIn: other }
      const drawn: Drawn = {
        entries: [{ ...SESSION, nextIn: one }, second, ...tables],
        lastKinds: ['peers', null],
        leased,
        ran: 1,
        notBefore: null,
        endsBurst: false,
        other: 40,
      }
      await both(
        drawn,
        () => db.transaction((client) => bringNextTablesForward(client, ['a'], FIRST_KINDS)),
        (rows, now) => {
          const [resource] = rows.flatMap((row) => row.resource ?? [])
          if (resource && timetable.bringForward(resource, FIRST_KINDS, now)) brought += 1
        },
      )
    }),
    { numRuns: 60 },
  )
  expect(brought).toBeGreaterThan(0)
})
