import pg from 'pg'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { createComponentLogger } from '#lib/platform/log.ts'
import { claimDuePolls, type PollLease } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { PollCommits } from './poll-commits.ts'
import {
  makeDueAndLeasePolls,
  readRemainingRows,
  newEstate,
  buildObservation,
  createPollOfEveryKind,
  createPollResult,
  schedulePolls,
  type PollContentVariant,
} from '#lab/commits/estate.ts'

const db = withTestDatabase()
const log = createComponentLogger('test')
let estates = 0

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const FOREVER = 2 ** 30

/** Creates an estate whose polls were recorded and which changes nothing from here on. */
async function quietEstate(options: { gatherMs?: number } = {}) {
  const polls = createPollOfEveryKind(`estate-${++estates}`)
  const ids = await schedulePolls(db, polls)
  const commits = new PollCommits(db, log, options)
  const estate = newEstate()
  let round = 0
  const claim = () => makeDueAndLeasePolls(db, ids, polls)
  const commitOne = (i: number, own: PollLease, variant: PollContentVariant, datedBy?: { now(): number }) => {
    const poll = polls[i]
    if (!poll) throw new Error('there is no such poll')
    return commits.commit({ ...createPollResult(own, buildObservation(poll, round, variant), estate), datedBy })
  }
  const commit = async (
    leases: readonly PollLease[],
    variants: readonly PollContentVariant[] = [],
    datedBy?: { now(): number },
  ) => {
    const committed = await Promise.all(leases.map((own, i) => commitOne(i, own, variants[i] ?? 'same', datedBy)))
    round += 1
    return committed
  }
  // the first polls learn the sources; after the second polls detection has learned them too
  for (let i = 0; i < 2; i++) {
    await commit(await claim())
    await commits.idle()
  }
  return { polls, ids, claim, commit, commitOne, rows: () => readRemainingRows(db, ids), idle: () => commits.idle() }
}

/** Records the statements sent to Postgres, each as its verb and the first table that it names. */
function listen(before: (text: string, client: pg.Client) => void = () => {}): string[] {
  const texts: string[] = []
  const query = pg.Client.prototype.query
  vi.spyOn(pg.Client.prototype, 'query').mockImplementation(function (this: pg.Client, ...given: unknown[]) {
    const [asked] = given as [string | { text: string }]
    const text = typeof asked === 'string' ? asked : asked.text
    before(text, this)
    texts.push(`${/\w+/.exec(text)?.[0]} ${/(?:UPDATE|FROM|INTO)\s+(\w+)/.exec(text)?.[1] ?? ''}`.trim())
    return Reflect.apply(query, this, given)
  })
  return texts
}

/** Returns a clock that is wrong by this many milliseconds. */
const clockOff = (ms: number) => ({ now: () => Date.now() + ms })

it.each([
  { says: 'two hours ahead', ms: 7_200_000, expected: 'clock' },
  { says: 'within the tolerance', ms: 500, expected: 'recorded' },
  { says: 'two minutes behind', ms: -120_000, expected: 'clock' },
])('polls of a clock that is $says are $expected, alone and together', async ({ ms, expected }) => {
  for (const variant of ['same', 'down'] as const) {
    const { ids, claim, commit, polls } = await quietEstate()
    const leases = await claim()
    const committed = await commit(
      leases,
      polls.map(() => variant),
      clockOff(ms),
    )
    expect(statuses(committed)).toEqual(polls.map(() => expected))
    const { rows } = await db.pool.query(
      `SELECT DISTINCT last_outcome AS outcome, last_finished_at > clock_timestamp() AS "isAhead" FROM poll_state WHERE source_id = ANY ($1)`,
      [ids],
    )
    if (expected === 'clock') expect(rows).toEqual([{ outcome: 'clock', isAhead: false }])
    // the data of a poll with a wrong clock is ignored, and the next poll with a correct clock is recorded
    const sessions = await db.pool.query('SELECT DISTINCT state FROM session WHERE source_id = ANY ($1)', [ids])
    expect(sessions.rows).toEqual([{ state: expected === 'clock' || variant === 'same' ? 'established' : 'idle' }])
  }
})

const statuses = (committed: readonly { status: string }[]) => committed.map(({ status }) => status)
/** Reports whether a statement is the first of a batch, which begins its transaction. */
const isBatch = (text: string) => text.includes('SELECT d.source_id FROM unnest')

it('takes one statement for most tables of all of them', async () => {
  const { claim, commit, polls } = await quietEstate()
  const leases = await claim()
  const texts = listen()
  expect(statuses(await commit(leases))).toEqual(polls.map(() => 'recorded'))
  expect(texts).toEqual([
    'WITH unnest',
    'WITH unnest',
    'WITH coverage',
    'WITH metric_sample',
    'WITH counter_sample',
    'UPDATE detection_state',
    'SELECT unnest',
    'COMMIT',
  ])
})

it('nothing is read again of what one that was committed alone has left', async () => {
  const { claim, commit, idle } = await quietEstate()
  const asked: string[] = []
  listen((text) => asked.push(text))
  // locking reads of the own rows before a write are excluded
  const reads = () =>
    asked.filter(
      (text) =>
        /AS n \(source_id, kind\) ON p|detection_state WHERE source_id = ANY/.test(text) &&
        !text.includes('FOR UPDATE'),
    )
  const [peers] = await claim()
  if (!peers) throw new Error('not leased')
  expect(await commit([peers], ['down'])).toMatchObject([{ status: 'recorded', changes: [{ type: 'session' }, {}] }])
  await idle()
  expect(reads()).toEqual([])
})

it('what changes something is committed alone, and does not wait for the others', async () => {
  const { claim, commitOne } = await quietEstate({ gatherMs: FOREVER })
  const [peers, learned, ...others] = await claim()
  if (!peers || !learned) throw new Error('not leased')
  let quiet = 0
  const gathered = others.map((own, i) => {
    const patient = { ...own, shortestSeconds: FOREVER }
    return commitOne(i + 2, patient, 'same').then(() => quiet++)
  })
  expect(await commitOne(0, peers, 'down')).toMatchObject({ status: 'recorded', changes: [{ type: 'session' }, {}] })
  expect(quiet).toBe(0)
  // a poll that may not wait commits the waiting polls too
  expect(await commitOne(1, { ...learned, shortestSeconds: 0 }, 'same')).toMatchObject({ status: 'recorded' })
  await Promise.all(gathered)
  expect(quiet).toBe(others.length)
})

it.each<[PollContentVariant, number]>([
  ['same', 1],
  ['down', 1],
  ['fails', 0],
])('a session (%s) of a gateway that is slow brings its table forward', async (variant, due) => {
  const { ids, claim, commitOne } = await quietEstate()
  const [peers] = await claim()
  if (!peers) throw new Error('not leased')
  await db.pool.query(`INSERT INTO resource_lease (resource) VALUES ('gateway') ON CONFLICT DO NOTHING`)
  // the table is not leased, and is due after the next session
  await db.pool.query(
    `UPDATE poll_schedule SET lease_owner = NULL, lease_until = NULL, resource = 'gateway', every_seconds = 300, run_seconds = 20,
            next_at = clock_timestamp() + interval '1 minute', asked_at = NULL
     WHERE source_id = $1 AND kind = 'learned'`,
    [ids[1]],
  )
  await db.pool.query(
    `UPDATE poll_schedule SET resource = 'gateway', next_at = clock_timestamp() WHERE source_id = $1 AND kind = 'peers'`,
    [ids[0]],
  )
  await commitOne(0, { ...peers, resource: 'gateway', firstSeconds: 60, tableSeconds: 300 }, variant)
  const { rows } = await db.pool.query(
    "SELECT count(*)::int AS due FROM poll_schedule WHERE source_id = $1 AND kind = 'learned' AND next_at <= clock_timestamp() + interval '2 s'",
    [ids[1]],
  )
  await db.pool.query('UPDATE poll_schedule SET resource = NULL WHERE source_id = ANY ($1)', [ids])
  expect(rows).toEqual([{ due }])
})

it('one that comes while others are being committed waits for the next ones, as any other does', async () => {
  const { claim, commitOne } = await quietEstate({ gatherMs: FOREVER })
  const [peers, learned, arp] = await claim()
  if (!peers || !learned || !arp) throw new Error('not leased')
  const now = { shortestSeconds: 0 }
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'performance'] })
  let meanwhile: Promise<unknown> | undefined
  const texts = listen((text) => {
    if (text.includes('UPDATE coverage')) meanwhile ??= commitOne(1, { ...learned, shortestSeconds: FOREVER }, 'same')
  })
  const first = commitOne(0, { ...peers, ...now }, 'same')
  await vi.waitFor(() => expect(meanwhile).toBeDefined())
  await first
  vi.advanceTimersByTime(1_000)
  const settled = vi.fn()
  const both = Promise.all([meanwhile, commitOne(2, { ...arp, ...now }, 'same')])
  both.then(settled, settled)
  await vi.waitFor(() => expect(settled).toHaveBeenCalled())
  expect(await both).toMatchObject([{ status: 'recorded' }, { status: 'recorded' }])
  expect(texts.filter((text) => text === 'COMMIT')).toHaveLength(2)
})

it('a poll whose lease was lost leaves nothing, and those beside it are recorded', async () => {
  const { ids, claim, commit, polls, rows } = await quietEstate()
  const leases = await claim()
  await db.pool.query(
    "UPDATE poll_schedule SET lease_until = clock_timestamp() - interval '1 s', next_at = '-infinity' WHERE source_id = $1 AND kind = 'learned'",
    [ids[1]],
  )
  const [taken] = (await claimDuePolls(db, { owner: 'another', leaseSeconds: 60, limit: 1 })).leases
  expect(taken).toMatchObject({ sourceId: ids[1], kind: 'learned' })
  const before = await rows()
  expect(statuses(await commit(leases))).toEqual(
    polls.map(({ kind }) => (kind === 'learned' ? 'superseded' : 'recorded')),
  )
  const of = ({ poll_state }: Record<string, unknown[]>) =>
    poll_state?.find((row) => String(row).includes('"kind": "learned"'))
  expect(of(await rows())).toEqual(of(before))
})

it('a poll whose row on the timetable is held waits for it alone', async () => {
  const { ids, claim, commit, polls } = await quietEstate()
  const leases = await claim()
  const holder = await db.pool.connect()
  await holder.query('BEGIN')
  await holder.query("SELECT 1 FROM poll_schedule WHERE source_id = $1 AND kind = 'peers' FOR UPDATE", [ids[0]])
  const recorded: string[] = []
  listen((text) => {
    if (text.includes('INSERT INTO counter_sample')) recorded.push('others')
    // release the first row only after all other polls are recorded
    if (recorded.length === 1 && text === 'COMMIT') {
      recorded.push('released')
      queueMicrotask(() => void holder.query('ROLLBACK').then(() => holder.release()))
    }
  })
  expect(statuses(await commit(leases))).toEqual(polls.map(() => 'recorded'))
  expect(recorded).toContain('released')
})

describe('the death of a batch', () => {
  it('at any of its statements leaves nothing of it, and each poll is recorded once all the same', async () => {
    const { claim, commit, polls, rows, idle } = await quietEstate()
    const reference = await quietEstate()
    let fatal = 0
    for (let isMore = true; isMore; ) {
      fatal += 1
      const leases = await claim()
      let [batch, n, died, last]: [pg.Client | null, number, boolean, boolean] = [null, 0, false, false]
      listen((text, client) => {
        if (died) return
        if (isBatch(text)) batch = client
        if (client !== batch) return
        n += 1
        last = text === 'COMMIT'
        if (n < fatal && !last) return
        died = true
        throw Object.assign(new Error(`died at ${text}`), { code: '57P01' })
      })
      const committed = await commit(leases)
      vi.restoreAllMocks()
      expect(died).toBe(true)
      expect(statuses(committed)).toEqual(polls.map(() => 'recorded'))
      await reference.commit(await reference.claim())
      await idle()
      isMore = !last
    }
    expect(fatal).toBeGreaterThan(6)
    const numbered = (found: Record<string, unknown[]>) => ({ ...found, detection_state: [], event: [] })
    expect(JSON.stringify(numbered(await rows())).replaceAll(/estate-\d+/g, '')).toEqual(
      JSON.stringify(numbered(await reference.rows())).replaceAll(/estate-\d+/g, ''),
    )
  })
})
