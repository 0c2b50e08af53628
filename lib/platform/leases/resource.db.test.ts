import fc from 'fast-check'
import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { withTestDatabase } from '../testing/database.ts'
import {
  bringNextTablesForward,
  claimDuePolls,
  completeInTransaction,
  dropIdleResourceLeases,
  addMissingPollsToSchedule,
  expeditePolls,
  extendPollLeases,
  type PollLease,
  releaseLease,
  saveRunningAzureOperations,
} from './index.ts'
import { type DuePollOfResource, summarizeSessionPolls, nextTurn } from './testing/turn.ts'

const db = withTestDatabase()

const gateway = { everySeconds: 60, resource: 'gateway' }
const peers = { ...gateway, sourceId: 1, kind: 'peers' }
const learned = { ...gateway, sourceId: 1, kind: 'learned', everySeconds: 300 }
const operation = { url: 'https://azure/operations/1' }

beforeAll(() =>
  // these tests need no rows in the table `source`
  db.pool.query('ALTER TABLE poll_schedule DROP CONSTRAINT poll_schedule_source_id_fkey'),
)
beforeEach(() => db.pool.query('DELETE FROM poll_schedule; DELETE FROM resource_lease'))

const claim = async (owner = 'a', limit = 10) =>
  (await claimDuePolls(db, { owner, leaseSeconds: 30, limit, firstKinds: ['peers', 'summary'] })).leases
const nextDueIn = async (withinSeconds = 1e6) =>
  (await claimDuePolls(db, { owner: 'a', leaseSeconds: 30, limit: 0, withinSeconds })).nextInMs
const complete = (lease: PollLease, ranSeconds?: number) =>
  db.transaction(
    async (client) => (await completeInTransaction(client, { ...lease, ranSeconds: ranSeconds ?? null })) !== null,
  )
const store = (lease: PollLease, ageMs = 2_000) => saveRunningAzureOperations(db, [{ lease, operation, ageMs }])
const beat = async (lease: PollLease) => (await extendPollLeases(db, [{ lease, seconds: 30 }]))[0]

/** Waits until a poll can be claimed, because connections on different CPU cores may see slightly different times. */
const claimOne = (owner?: string): Promise<PollLease> =>
  vi.waitFor(
    async () => {
      const [lease, ...more] = await claim(owner)
      expect(more).toEqual([])
      if (!lease) throw new Error('one poll was to be claimed')
      return lease
    },
    { timeout: 10_000, interval: 5 },
  )

const overdue = () => db.pool.query(`UPDATE poll_schedule SET next_at = next_at - interval '1 s'`)

/** Simulates the death of the leases' holder: the leases expire without an extension. */
const expire = () =>
  db.pool.query(`UPDATE poll_schedule SET lease_until = clock_timestamp() - interval '1 s' WHERE lease_until IS NOT NULL;
                 UPDATE resource_lease SET lease_until = clock_timestamp() - interval '1 s' WHERE lease_until IS NOT NULL`)

describe('a resource that runs one operation at a time', () => {
  it('gives one of its due polls, sessions first, and the next when that has ended', async () => {
    await addMissingPollsToSchedule(db, [learned, peers])
    const first = await claimOne()
    expect(first).toMatchObject({ kind: 'peers', resource: 'gateway', operation: null, shortestSeconds: 60 })
    expect(await claim('b')).toEqual([])
    await complete(first)
    expect(await claimOne('b')).toMatchObject({ kind: 'learned', shortestSeconds: 60 })
  })

  it('says what intervals its sessions and its tables have, the shortest of each', async () => {
    await addMissingPollsToSchedule(db, [learned, { ...learned, kind: 'advertised', everySeconds: 3_600 }, peers])
    const intervals = { firstSeconds: peers.everySeconds, tableSeconds: learned.everySeconds }
    const session = await claimOne()
    expect(session).toMatchObject({ kind: 'peers', ...intervals })
    await complete(session)
    expect(await claimOne()).toMatchObject({ ...intervals })
  })

  it('goes to one of many owners who claim at the same moment', async () => {
    const many = Array.from({ length: 40 }, (_, i) => ({
      ...peers,
      sourceId: i % 10,
      kind: `k${i}`,
      resource: `r${i % 10}`,
    }))
    await addMissingPollsToSchedule(db, many)
    await overdue()
    const owners = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']
    const taken = (await Promise.all(owners.map((owner) => claim(owner, 5)))).flat()
    const rest = await claim('z', 40)
    const resources = [...taken, ...rest].map(({ resource }) => resource)
    expect(resources).toHaveLength(10)
    expect(new Set(resources).size).toBe(10)
  })

  it('keeps no other poll from being claimed', async () => {
    await addMissingPollsToSchedule(db, [peers, { sourceId: 1, kind: 'metrics', everySeconds: 60 }])
    await overdue()
    expect(await claim()).toHaveLength(2)
  })

  it('keeps its lease while it is extended', async () => {
    await addMissingPollsToSchedule(db, [learned, peers])
    const lease = await claimOne()
    await expire()
    expect(await beat(lease)).toBe('held')
    expect(await claim('b')).toEqual([])
  })

  it('is lost to whoever claims after the lease has run out, whatever it polls', async () => {
    await addMissingPollsToSchedule(db, [peers])
    const dead = await claimOne()
    await expire()
    // the holder's own poll is no longer due, but another poll is
    await db.pool.query(`UPDATE poll_schedule SET next_at = clock_timestamp() + interval '1 min'`)
    await addMissingPollsToSchedule(db, [learned])
    const successor = await claimOne('b')
    expect(successor.kind).toBe('learned')
    expect(await beat(dead)).toBe('lost')
    expect(await beat(successor)).toBe('held')
    await complete(dead)
    expect(await beat(successor)).toBe('held')
  })

  it('says how long to sleep by when it is free', async () => {
    await addMissingPollsToSchedule(db, [learned, peers])
    await overdue()
    expect(await nextDueIn()).toBe(100)
    await claimOne()
    expect(await nextDueIn()).toBeGreaterThan(25_000)
  })

  it('is forgotten with the last poll of it', async () => {
    await addMissingPollsToSchedule(db, [peers, { ...peers, sourceId: 2, resource: 'other' }])
    await db.pool.query('DELETE FROM poll_schedule WHERE source_id = 2')
    await dropIdleResourceLeases(db)
    const { rows } = await db.pool.query('SELECT resource FROM resource_lease')
    expect(rows).toEqual([{ resource: 'gateway' }])
  })

  it('reads what was asked for next, also when the worker that began it stops', async () => {
    await addMissingPollsToSchedule(db, [peers, learned])
    for (const kind of ['peers', 'learned']) {
      const lease = await claimOne()
      expect(lease.kind).toBe(kind)
      await complete(lease)
    }
    await expeditePolls(db, 1, ['peers', 'learned'])
    await complete(await claimOne())
    await expeditePolls(db, 1, ['peers'])
    await releaseLease(db, await claimOne())
    await db.pool.query(`UPDATE resource_lease SET kind = 'peers'`)
    expect(await claimOne()).toMatchObject({ kind: 'learned' })
  })

  it('counts the next poll from its beginning when it had to wait for the resource', async () => {
    await addMissingPollsToSchedule(db, [peers])
    await db.pool.query(`UPDATE poll_schedule SET next_at = clock_timestamp() - interval '20 s'`)
    await complete(await claimOne())
    expect(await nextDueIn()).toBeGreaterThan(55_000)
  })
})

describe('a table that comes forward', () => {
  const dueIn = ({ sourceId, kind }: { sourceId: number; kind: string }, seconds: number) =>
    db.pool.query(
      'UPDATE poll_schedule SET next_at = clock_timestamp() + make_interval(secs => $3), asked_at = NULL, run_seconds = 20 WHERE source_id = $1 AND kind = $2',
      [sourceId, kind, seconds],
    )
  const forward = () => db.transaction((client) => bringNextTablesForward(client, ['gateway'], ['peers']))
  const advertised = { ...learned, kind: 'advertised' }

  it('is read after the session, the one that is due next, and no second one beside it', async () => {
    await addMissingPollsToSchedule(db, [peers, learned, advertised])
    await dueIn(learned, 70)
    await dueIn(advertised, 65)
    await dueIn(peers, 0)
    const session = await claimOne()
    expect(session.kind).toBe('peers')
    await complete(session, 11)
    await dueIn(peers, 49)
    await forward()
    await forward()
    const table = await claimOne()
    expect(table.kind).toBe('advertised')
    await forward()
    await complete(table, 20)
    expect(await claim()).toEqual([])
  })

  it('does not if somebody holds its row, who is not waited for', async () => {
    await addMissingPollsToSchedule(db, [peers, learned])
    await dueIn(peers, 49)
    await dueIn(learned, 70)
    await db.transaction(async (client) => {
      await client.query("SELECT FROM poll_schedule WHERE kind = 'learned' FOR UPDATE")
      await forward()
    })
    expect(await claim()).toEqual([])
    await forward()
    expect((await claimOne()).kind).toBe('learned')
  })
})

describe('an operation that was stored', () => {
  it('is gone on with by whoever claims after its worker died, before any other poll of the resource', async () => {
    await addMissingPollsToSchedule(db, [peers, learned])
    const first = await claimOne()
    await complete(first)
    const dead = await claimOne()
    expect(dead.kind).toBe('learned')
    await store(dead)
    await expeditePolls(db, 1, ['peers'])
    await expire()
    const successor = await claimOne('b')
    expect(successor).toMatchObject({ kind: 'learned', operation: { stored: operation } })
    expect(successor.operation?.ageMs).toBeGreaterThan(1_000)
    expect(BigInt(successor.epoch)).toBe(BigInt(dead.epoch) + 1n)
    expect(await complete(dead)).toBe(false)
    expect(await complete(successor)).toBe(true)
    expect(await claimOne('b')).toMatchObject({ kind: 'peers', operation: null })
  })

  it('is left for the next by a worker that stops', async () => {
    await addMissingPollsToSchedule(db, [peers])
    const lease = await claimOne()
    await store(lease)
    expect(await releaseLease(db, lease)).toBe(true)
    expect(await claimOne('b')).toMatchObject({ operation: { stored: operation } })
  })

  it('is forgotten when it is of no more use', async () => {
    await addMissingPollsToSchedule(db, [peers])
    const lease = await claimOne()
    await store(lease)
    await releaseLease(db, lease, { forget: true })
    expect(await claimOne('b')).toMatchObject({ operation: null })
  })

  it.each([
    ['too long ago', 11 * 60_000],
    ['for a lease that a worker of an earlier version took meanwhile', 0],
  ])('%s is not gone on with', async (_, ageMs) => {
    await addMissingPollsToSchedule(db, [peers])
    await store(await claimOne(), ageMs)
    await expire()
    if (ageMs === 0) await db.pool.query('UPDATE poll_schedule SET epoch = epoch + 1, lease_owner = NULL')
    expect(await claimOne('b')).toMatchObject({ operation: null })
  })

  it('is not stored for a lease that was lost', async () => {
    await addMissingPollsToSchedule(db, [peers])
    const dead = await claimOne()
    await expire()
    const successor = await claimOne('b')
    await store(dead)
    await expire()
    expect(successor.operation).toBe(null)
    expect(await claimOne('c')).toMatchObject({ operation: null })
  })
})

const odd = (most: number) => fc.integer({ min: -most, max: most }).map((n) => n * 2 + 1)
/**
 * Seconds since a poll was due (negative = not due yet). Values near 0 are frequent, because a delay of a tenth of an
 * interval matters there.
 */
const second = fc.oneof(odd(2_000), odd(100))
interface DrawnPoll {
  isFirst: boolean
  late: number
  every: number
  times: number
  asked: number | null
  burst: number | null
  run: number | null
}
const poll: fc.Arbitrary<DrawnPoll> = fc.record({
  isFirst: fc.boolean(),
  late: second,
  every: fc.integer({ min: 1, max: 8 }).map((n) => n * 480),
  /** the interval in force, as a multiple of the configured interval */
  times: fc.constantFrom(1, 1, 2, 4, 8),
  asked: fc.option(fc.integer({ min: 0, max: 1_000 }).map((n) => n * 2)),
  burst: fc.option(fc.constantFrom(4, 40)),
  run: fc.option(fc.integer({ min: 0, max: 120 }).map((n) => n * 2)),
})

const anyPolls = fc.array(poll, { minLength: 1, maxLength: 6 })
/** A table that is too late, next to a session that may not be too late yet. */
const tooLate = fc
  .record({
    tableLate: fc.integer({ min: 60, max: 360 }),
    run: fc.integer({ min: 0, max: 120 }),
    sessionLate: fc.integer({ min: -100, max: 30 }),
  })
  .map(({ tableLate, run, sessionLate }): DrawnPoll[] => {
    const alike = { times: 1, asked: null, burst: null }
    return [
      { ...alike, isFirst: false, late: tableLate * 2 + 1, every: 3 * 480, run: run * 2 },
      { ...alike, isFirst: true, late: sessionLate * 2 + 1, every: 480, run: null },
    ]
  })

it.each<[string, fc.Arbitrary<DrawnPoll[]>, number]>([
  ['', anyPolls, 150],
  [' also where a table is too late', tooLate, 100],
])('the claim takes whose turn it is%s', { timeout: 120_000 }, async (_, anyOf, numRuns) => {
  const state = fc.record({ polls: anyOf, followsTable: fc.boolean() })
  await fc.assert(
    fc.asyncProperty(state, async ({ polls, followsTable }) => {
      await db.pool.query('DELETE FROM poll_schedule; DELETE FROM resource_lease')
      const kindOf = (i: number) => (polls[i]?.isFirst ? 'peers' : 'learned')
      const entries = polls.map(({ every }, i) => ({ ...peers, sourceId: i, kind: kindOf(i), everySeconds: every }))
      await addMissingPollsToSchedule(db, entries)
      await db.pool.query(`UPDATE resource_lease SET kind = $1`, [followsTable ? 'arp' : 'peers'])
      // delays are odd and the other values even, so that every time differs from a limit by half a second or more,
      // which is longer than the statements take
      await db.pool.query(
        `UPDATE poll_schedule s
         SET configured_seconds = every_seconds / p.times, next_at = now() - make_interval(secs => p.late), asked_at = now() - make_interval(secs => p.asked), run_seconds = p.run,
             burst_every_seconds = p.burst, burst_reason = CASE WHEN p.burst IS NOT NULL THEN 'watch' END,
             burst_until = CASE WHEN p.burst IS NOT NULL THEN now() + interval '1 hour' END
         FROM unnest($1::int[], $2::float8[], $3::float8[], $4::float8[], $5::float8[], $6::int[])
           AS p (id, late, asked, run, burst, times)
         WHERE s.source_id = p.id`,
        [
          polls.map((_, i) => i),
          polls.map(({ late }) => late),
          polls.map(({ asked }) => asked),
          polls.map(({ run }) => run),
          polls.map(({ burst }) => burst),
          polls.map(({ times }) => times),
        ],
      )
      const candidates = polls.map(
        ({ isFirst, late, every, times, asked, burst, run }): DuePollOfResource => ({
          isFirst,
          nextAt: -late * 1_000,
          everyMs: 1_000 * Math.min(every, burst ?? every),
          configuredMs: (1_000 * every) / times,
          askedAt: asked === null ? null : -asked * 1_000,
          isBurst: burst !== null,
          runMs: run === null ? null : run * 1_000,
        }),
      )
      const first = candidates.flatMap(({ isFirst, nextAt }, i) => {
        return isFirst ? [{ nextAt, everyMs: (polls[i]?.every ?? 0) * 1_000 }] : []
      })
      const resource = { followsTable, first: summarizeSessionPolls(first) }
      const turn = nextTurn(
        candidates.filter(({ nextAt }) => nextAt <= 0),
        resource,
        0,
      )
      const taken = await claim()
      expect(taken.map(({ sourceId }) => sourceId)).toEqual(turn === null ? [] : [candidates.indexOf(turn)])
    }),
    { numRuns },
  )
})
