import { beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { withTestDatabase } from '../testing/database.ts'
import {
  claimDuePolls,
  completeInTransaction,
  addMissingPollsToSchedule,
  expeditePolls,
  extendPollLeases,
  type PollLease,
  delayThrottledPollsUntil,
  releaseLease,
} from './index.ts'

const db = withTestDatabase()

const sessions = { sourceId: 1, kind: 'peers', everySeconds: 60 }

beforeAll(async () => {
  // these tests need no rows in the referenced tables
  await db.pool.query(
    `DO $$ DECLARE c record; BEGIN
       FOR c IN SELECT conname FROM pg_constraint WHERE conrelid = 'poll_schedule'::regclass AND contype = 'f'
       LOOP EXECUTE format('ALTER TABLE poll_schedule DROP CONSTRAINT %I', c.conname); END LOOP; END $$`,
  )
})

beforeEach(() => db.pool.query('DELETE FROM poll_schedule'))

const claim = async (owner: string, limit = 10, leaseSeconds = 30) =>
  (await claimDuePolls(db, { owner, leaseSeconds, limit })).leases
const nextDueIn = async (withinSeconds = 1e6) =>
  (await claimDuePolls(db, { owner: 'a', leaseSeconds: 30, limit: 0, withinSeconds })).nextInMs

const beat = async (lease: PollLease) => (await extendPollLeases(db, [{ lease, seconds: 30 }]))[0]

/** Waits until a poll can be claimed, because connections on different CPU cores may see slightly different times. */
const claimOne = (owner: string, leaseSeconds = 30): Promise<PollLease> =>
  vi.waitFor(
    async () => {
      const [lease] = await claim(owner, 1, leaseSeconds)
      if (!lease) throw new Error('nothing was due')
      return lease
    },
    { timeout: 10_000, interval: 5 },
  )

const complete = (lease: PollLease, more: { everySeconds?: number; notBefore?: number } = {}) =>
  db.transaction(async (client) => (await completeInTransaction(client, { ...lease, ...more })) !== null)

/** Simulates the death of the lease's holder: the lease expires without an extension. */
const expire = () => db.pool.query(`UPDATE poll_schedule SET lease_until = clock_timestamp() - interval '1 s'`)

/** Moves the due time to the given number of seconds from now (negative = overdue). */
const advance = (seconds: number) =>
  db.pool.query('UPDATE poll_schedule SET next_at = clock_timestamp() + make_interval(secs => $1)', [seconds])

async function dueInSeconds(kind = 'peers'): Promise<number> {
  const { rows } = await db.pool.query<{ s: number }>(
    `SELECT extract(epoch FROM next_at - clock_timestamp())::float8 AS s FROM poll_schedule WHERE kind = $1`,
    [kind],
  )
  return rows[0]?.s ?? Number.NaN
}

describe('claiming', () => {
  it('gives a due poll to one of two owners', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await advance(-1)
    const both = await Promise.all([claim('a'), claim('b')])
    expect(both.flat()).toMatchObject([{ sourceId: 1, kind: 'peers', everySeconds: 60 }])
  })

  it('shares many due polls among owners without giving any twice', async () => {
    const kinds = ['peers', 'learned', 'arp', 'stats']
    const entries = Array.from({ length: 200 }, (_, i) => ({ sourceId: i, kind: kinds[i % 4] ?? '', everySeconds: 5 }))
    await addMissingPollsToSchedule(db, entries)
    await advance(-1)
    const taken = (await Promise.all(['a', 'b', 'c', 'd'].map((owner) => claim(owner, 50)))).flat()
    const rest = await claim('e', 200)
    const keys = [...taken, ...rest].map((lease) => `${lease.sourceId}/${lease.kind}`)
    expect(keys).toHaveLength(200)
    expect(new Set(keys).size).toBe(200)
  })

  it('takes no more than the limit', async () => {
    await addMissingPollsToSchedule(db, [
      sessions,
      { ...sessions, kind: 'arp' },
      { ...sessions, sourceId: 2, kind: 'arp' },
    ])
    await advance(-1)
    expect(await claim('a', 2)).toHaveLength(2)
  })

  it('leaves alone what is held back: polls of a kind in a subscription, but not one whose operation goes on', async () => {
    const resource = (name: string, subscription: string) => `/subscriptions/${subscription}/gateways/${name}`
    const peers = (sourceId: number, of: string) => ({ ...sessions, sourceId, kind: 'peers', resource: of })
    await addMissingPollsToSchedule(db, [
      peers(1, resource('a', 'full')),
      peers(2, resource('b', 'full')),
      peers(3, resource('a', 'other')),
      { ...sessions, sourceId: 2, kind: 'stats' },
    ])
    await advance(-1)
    await db.pool.query(
      `UPDATE resource_lease r SET operation = '{"url":"x"}', started_at = clock_timestamp(), source_id = 2, kind = 'peers', epoch = s.epoch
       FROM poll_schedule s WHERE s.source_id = 2 AND s.kind = 'peers' AND r.resource = s.resource`,
    )
    const options = { owner: 'a', leaseSeconds: 60, limit: 10 }
    const heldBack = { kinds: ['peers'], subscriptionIds: ['full'] }
    const named = (leases: PollLease[]) => leases.map(({ sourceId, kind }) => `${sourceId} ${kind}`).toSorted()
    expect(named((await claimDuePolls(db, { ...options, heldBack })).leases)).toEqual(['2 peers', '2 stats', '3 peers'])
    expect(
      named((await claimDuePolls(db, { ...options, heldBack: { ...heldBack, subscriptionIds: [] } })).leases),
    ).toEqual(['1 peers'])
  })

  it('takes nothing that is not due yet', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await advance(5)
    expect(await claim('a')).toEqual([])
  })

  it('skips slots that were missed while nobody polled', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await advance(-3_600)
    expect(await complete(await claimOne('a'))).toBe(true)
    expect(await dueInSeconds()).toBeGreaterThan(55)
  })
})

describe('fencing', () => {
  it('gives a dead owner’s source to another once the lease has run out, and refuses the late commit', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const dead = await claimOne('a')
    expect(await claim('b')).toEqual([])
    await expire()
    const successor = await claimOne('b')
    expect(BigInt(successor.epoch)).toBe(BigInt(dead.epoch) + 1n)
    expect(await complete(dead)).toBe(false)
    expect(await beat(dead)).toBe('lost')
    expect(await releaseLease(db, dead)).toBe(false)
    expect(await complete(successor)).toBe(true)
  })

  it('lets a holder commit after its lease ran out when nobody took it', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const slow = await claimOne('a')
    await expire()
    expect(await complete(slow)).toBe(true)
  })

  it('refuses a second completion of the same claim', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const lease = await claimOne('a')
    expect(await complete(lease)).toBe(true)
    expect(await complete(lease)).toBe(false)
  })

  it('decides for one when a claim and a late commit meet', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const late = await claimOne('a')
    await expire()
    const outcome = await db.transaction(async (client) => {
      const committed = (await completeInTransaction(client, late)) !== null
      // the row is locked by the uncommitted completion, so another worker must not get it now
      return { committed, stolen: await claim('b') }
    })
    expect(outcome).toEqual({ committed: true, stolen: [] })
  })

  it('keeps the lease when the recording transaction rolls back', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const lease = await claimOne('a')
    const failed = db.transaction(async (client) => {
      await completeInTransaction(client, lease)
      throw new Error('recording failed')
    })
    await expect(failed).rejects.toThrow('recording failed')
    expect(await beat(lease)).toBe('held')
  })

  it('refuses a poll in progress when its source was removed and added again', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const stale = await claimOne('a')
    await db.pool.query('DELETE FROM poll_schedule WHERE source_id = 1')
    expect(await complete(stale)).toBe(false)
    await addMissingPollsToSchedule(db, [sessions])
    const fresh = await claimOne('b')
    expect(fresh.epoch).not.toBe(stale.epoch)
    expect(await complete(stale)).toBe(false)
    expect(await complete(fresh)).toBe(true)
  })

  it('keeps a lease while it is extended', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const lease = await claimOne('a', 0.001)
    expect(await beat(lease)).toBe('held')
    expect(await claim('b')).toEqual([])
  })

  it('does not wait for a locked row, and says so', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const lease = await claimOne('a')
    const beside = await db.transaction(async (client) => {
      await completeInTransaction(client, lease)
      return beat(lease)
    })
    expect(beside).toBe('busy')
    expect(await beat(lease)).toBe('lost')
  })

  it('frees a released lease at once', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await releaseLease(db, await claimOne('a'))
    expect((await claimOne('b')).sourceId).toBe(1)
  })
})

describe('the next poll', () => {
  const cases: {
    name: string
    late: number
    more?: { everySeconds?: number; notBeforeIn?: number }
    due: [number, number]
  }[] = [
    { name: 'is due one interval after this one was', late: 0, due: [50, 61] },
    { name: 'keeps the beat when this one started late', late: 20, due: [30, 41] },
    { name: 'follows at once when this one took longer than its interval', late: 59.9999, due: [-10, 1] },
    { name: 'may use another interval', late: 0, more: { everySeconds: 25 }, due: [15, 26] },
    { name: 'waits for what Retry-After said', late: 0, more: { notBeforeIn: 300 }, due: [290, 301] },
    {
      name: 'is not brought forward by a Retry-After that is shorter than the interval',
      late: 0,
      more: { notBeforeIn: 3 },
      due: [50, 61],
    },
  ]
  it.each(cases)('$name', async ({ late, more, due }) => {
    await addMissingPollsToSchedule(db, [sessions])
    const lease = await claimOne('a')
    await advance(-late)
    const notBefore = more?.notBeforeIn === undefined ? undefined : Date.now() + more.notBeforeIn * 1000
    const everySeconds = more?.everySeconds
    await complete(lease, { ...(everySeconds ? { everySeconds } : {}), ...(notBefore ? { notBefore } : {}) })
    expect(await dueInSeconds()).toBeGreaterThan(due[0])
    expect(await dueInSeconds()).toBeLessThan(due[1])
  })

  it('comes at once when it is expedited', async () => {
    await addMissingPollsToSchedule(db, [sessions, { ...sessions, kind: 'learned' }])
    await advance(100)
    await expeditePolls(db, 1, ['learned'])
    expect((await claimOne('a')).kind).toBe('learned')
    expect(await claim('a')).toEqual([])
  })

  it('comes in its turn, so much later, where that is enough', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await complete(await claimOne('a'))
    await expeditePolls(db, 1, ['peers'], 20)
    expect(await dueInSeconds()).toBeCloseTo(20, 0)
    const { rows } = await db.pool.query('SELECT asked_at FROM poll_schedule')
    expect(rows).toEqual([{ asked_at: null }])
  })

  it('comes at once when it is expedited during a poll, and then keeps its interval', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const lease = await claimOne('a')
    await expeditePolls(db, 1, ['peers'])
    await complete(lease)
    const again = await claimOne('a')
    await complete(again)
    expect(await dueInSeconds()).toBeGreaterThan(55)
  })

  it('is due at once when its expedited holder dies or gives up', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    const lease = await claimOne('a')
    await expeditePolls(db, 1, ['peers'])
    await releaseLease(db, lease)
    const next = await claimOne('b')
    await expeditePolls(db, 1, ['peers'])
    await expire()
    const last = await claimOne('c')
    expect(last.nextAt).toBeGreaterThan(next.nextAt - 1)
  })

  it('can be delayed', async () => {
    await addMissingPollsToSchedule(db, [sessions])
    await delayThrottledPollsUntil(db, [1], ['peers'], Date.now() + 90_000)
    expect(await dueInSeconds()).toBeGreaterThan(85)
    await delayThrottledPollsUntil(db, [1], null, Date.now() + 10_000)
    expect(await dueInSeconds()).toBeGreaterThan(85)
  })
})

describe('the timetable', () => {
  it('changes an interval without losing a poll', async () => {
    await addMissingPollsToSchedule(db, [{ ...sessions, everySeconds: 3_600 }])
    await complete(await claimOne('a'))
    expect(await addMissingPollsToSchedule(db, [{ ...sessions, everySeconds: 0.5 }])).toBe(1)
    expect(await dueInSeconds()).toBeLessThan(5)
    expect(await addMissingPollsToSchedule(db, [{ ...sessions, everySeconds: 0.5 }])).toBe(0)
  })

  it('returns the time until the next due poll', async () => {
    expect(await nextDueIn()).toBeNull()
    await addMissingPollsToSchedule(db, [sessions])
    await advance(-1)
    expect(await nextDueIn()).toBe(100)
    const { leases, nextInMs } = await claimDuePolls(db, { owner: 'a', leaseSeconds: 20, limit: 2, withinSeconds: 60 })
    expect([leases.length, nextInMs]).toEqual([1, null])
    expect(await nextDueIn()).toBeGreaterThan(10_000)
    expect(await nextDueIn()).toBeLessThan(25_000)
    await db.pool.query('UPDATE poll_schedule SET lease_until = NULL')
    await advance(0.4)
    expect(await nextDueIn()).toBeLessThan(5_000)
    await db.pool.query("UPDATE poll_schedule SET next_at = clock_timestamp() + interval '20 s'")
    expect(await nextDueIn(0.5)).toBeNull()
    expect(await nextDueIn(60)).toBeGreaterThan(10_000)
  })
})
