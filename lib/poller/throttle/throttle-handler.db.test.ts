import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { BudgetName, PollObservation, PollOutcome, PollTarget } from '#lib/contract/index.ts'
import { readBudgetsInUse } from '#lib/setup/store/index.ts'
import { getOrCreateSourceId, listSources } from '#lib/history/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { startPollBurst, claimDuePolls, addMissingPollsToSchedule, type PollLease } from '#lib/platform/leases/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { PollCommits } from '../commit/poll-commits.ts'
import { TopologyCache } from '../detection/topology-cache.ts'
import type { PollContext } from '../poll/poll-context.ts'
import { SinglePollRun } from '../poll/poll-source.ts'
import { SourceCache } from '../poll/source-cache.ts'
import { ThrottleHandler } from './throttle-handler.ts'

const db = withTestDatabase()
const RETRY_AFTER_S = 300
const never = new AbortController().signal
const log = createComponentLogger('test')

const circuit = (name: string, subscription = 's') =>
  `/subscriptions/${subscription}/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/${name}`
const subresource = 'AzurePrivatePeering/primary'
/** Targets of one subscription; `elsewhere` belongs to another subscription. */
const targets: PollTarget[] = ['a', 'b', 'c', 'unpolled'].map((name) => ({ resourceId: circuit(name), subresource }))
const elsewhere: PollTarget = { resourceId: circuit('d', 'other'), subresource }

/** Creates a worker with separate caches, to which ARM always responds in the same way. */
function worker(outcome: PollOutcome, budget?: BudgetName): PollContext {
  const poll = async (target: PollTarget): Promise<PollObservation> => ({
    target,
    kind: 'tables',
    startedAt: Date.now(),
    finishedAt: Date.now() + 1,
    outcome,
    error: {
      code: 'TooManyRequests',
      detail: 'Too many requests.',
      httpStatus: 429,
      retryAfterSeconds: RETRY_AFTER_S,
      missingAction: null,
      ...(budget && { budget }),
    },
    silentInstances: [],
    budget: null,
    correlationId: '',
    rows: [],
  })
  const azure = {
    poll,
    begin: async (target: PollTarget) => ({ observation: await poll(target) }),
  } as unknown as AzureAccess
  const freezes = { frozenSince: () => 0 }
  const caches = { book: new SourceCache(db, Date.now), estate: new TopologyCache() }
  return {
    db,
    azure,
    log,
    clock: machineClock,
    freezes,
    operations: { store: () => {} },
    commits: new PollCommits(db, log),
    ...caches,
  }
}

/**
 * Waits until the given number of polls is due, because connections on CPU cores with different clocks may not agree on
 * it immediately.
 */
async function claimAllOf(count: number): Promise<PollLease[]> {
  const claimed: PollLease[] = []
  await vi.waitFor(
    async () => {
      claimed.push(...(await claimDuePolls(db, { owner: 'test', leaseSeconds: 60, limit: 50 })).leases)
      expect(claimed).toHaveLength(count)
    },
    { timeout: 10_000, interval: 5 },
  )
  return claimed
}

async function dueIn(target: PollTarget): Promise<number> {
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const { rows } = await db.pool.query(
    'SELECT extract(epoch FROM next_at - clock_timestamp())::float8 AS seconds FROM poll_schedule WHERE source_id = $1',
    [sourceId],
  )
  return rows[0].seconds
}

const partsOf = (name: string): PollTarget[] => [
  { resourceId: circuit(name), subresource: 'AzurePrivatePeering/primary' },
  { resourceId: circuit(name), subresource: 'AzurePrivatePeering/secondary' },
]

describe('a circuit that another operation holds', () => {
  it('is asked later, with every path of it; its burst goes on, and nothing else of the subscription waits', async () => {
    const held = partsOf('held')
    const [neighbor] = partsOf('neighbor')
    if (!held[0] || !held[1] || !neighbor) throw new Error('there are no targets')
    const ids = await Promise.all([...held, neighbor].map((target) => getOrCreateSourceId(db.pool, target)))
    const entries = ids.map((sourceId) => ({ sourceId, kind: 'tables', everySeconds: 60 }))
    await addMissingPollsToSchedule(db, entries)
    await startPollBurst(db, entries.slice(0, 1), { everySeconds: 10, forSeconds: 900, room: 9, reason: 'adverse' })
    const claimed = await claimAllOf(entries.length)
    const lease = claimed.find(({ sourceId }) => sourceId === ids[0])
    if (!lease) throw new Error('nothing was due')
    const progress = await new SinglePollRun(worker('locked'), { lease, signal: never, throwIfLost: () => {} }).step()
    const polled = 'outcome' in progress ? progress.outcome : null
    expect(polled?.committed.events).toEqual([])
    expect(await dueIn(held[0])).toBeGreaterThan(RETRY_AFTER_S - 60)
    expect(await dueIn(held[1])).toBeGreaterThan(RETRY_AFTER_S - 60)
    expect(await dueIn(neighbor)).toBeLessThan(61)
    const [source] = await listSources(db.pool, { scope: polled?.source.scope })
    expect(source?.poll).toMatchObject({ lastOutcome: 'locked', burst: { everySeconds: 10 } })
    // the subscription still has budget for other requests
    const observation = (await worker('ok').azure.poll(neighbor, 'peers')) as PollObservation
    const other = await new SourceCache(db, Date.now).source(ids[2] ?? 0)
    if (!other) throw new Error('there is no source')
    expect(
      await new ThrottleHandler({ db, log }, other, { ...observation, kind: 'peers' } as PollObservation).mayAskMore(),
    ).toBe(true)
  })
})

describe('a poll whose POST would be too much for a budget', () => {
  it('waits before it is sent, and then is sent once; what its answer says is read', async () => {
    const target = { resourceId: circuit('paced', 'paced'), subresource }
    const sourceId = await getOrCreateSourceId(db.pool, target)
    await addMissingPollsToSchedule(db, [{ sourceId, kind: 'tables', everySeconds: 60 }])
    const lease = (await claimAllOf(1)).find((one) => one.sourceId === sourceId)
    if (!lease) throw new Error('nothing was due')
    const context = worker('ok')
    const sent: string[] = []
    const { begin } = context.azure
    const azure: AzureAccess = {
      ...context.azure,
      begin: (...asked) => {
        sent.push(asked[1])
        return begin(...asked)
      },
    }
    const turn = { waitMs: 5_000, drawn: 7 }
    const heeded: unknown[] = []
    // another request was refused while this poll waited
    const refusals = [true]
    const pace = {
      take: async () => turn,
      isRefused: async () => refusals.shift() ?? false,
      heed: async (_place: unknown, { outcome }: PollObservation, of: unknown) => void heeded.push(outcome, of),
    }
    const poll = new SinglePollRun({ ...context, azure, pace }, { lease, signal: never, throwIfLost: () => {} })
    expect(await poll.step()).toEqual({ waitMs: 5_000 })
    expect(await poll.step()).toEqual({ waitMs: 5_000 })
    expect(sent).toEqual([])
    expect(await poll.step()).toMatchObject({ outcome: { observation: { outcome: 'ok' } } })
    expect(sent).toEqual(['tables'])
    expect(heeded).toEqual(['ok', { writes: turn }])
  })
})

describe('429s of one budget', () => {
  /** Lets `budget` refuse three circuits, and returns which other polls of the subscription must wait. */
  async function waitingAfter(subscription: string, budget: BudgetName) {
    // polls of other tests may be due again by now
    await db.pool.query(`UPDATE poll_schedule SET next_at = clock_timestamp() + interval '1 h'`)
    const at = (name: string): PollTarget => ({ resourceId: circuit(name, subscription), subresource })
    const refusedOnes = ['r1', 'r2', 'r3'].map(at)
    const [near, far] = [at('near'), at('far')]
    const ids = await Promise.all([...refusedOnes, near, far].map((target) => getOrCreateSourceId(db.pool, target)))
    const located = (target: PollTarget, region: string) =>
      db.pool.query('UPDATE resource SET location = $2 WHERE arm_key = lower($1)', [target.resourceId, region])
    for (const target of [...refusedOnes, near]) await located(target, 'uksouth')
    await located(far, 'westeurope')
    const entries = ids.flatMap((sourceId) =>
      ['tables', 'metrics'].map((kind) => ({ sourceId, kind, everySeconds: 60 })),
    )
    await addMissingPollsToSchedule(db, entries)
    const claimed = await claimAllOf(entries.length)
    for (const id of ids.slice(0, 3)) {
      const lease = claimed.find(({ sourceId, kind }) => sourceId === id && kind === 'tables')
      if (!lease) throw new Error('nothing was due')
      await new SinglePollRun(worker('throttled', budget), { lease, signal: never, throwIfLost: () => {} }).step()
    }
    const { rows } = await db.pool.query<{ name: string; kind: string }>(
      `SELECT r.name, ps.kind FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
       WHERE ps.source_id = ANY ($1::int[]) AND next_at > clock_timestamp() + interval '200 s' ORDER BY 1, 2`,
      [ids.slice(3)],
    )
    const drawn = await readBudgetsInUse(db.pool, Date.now())
    return {
      waiting: rows.map(({ name, kind }) => `${name} ${kind}`),
      used: drawn(ids[3] ?? 0, 'tables').flatMap(({ name, used, limit }) => (used === limit ? name : [])),
      usedFar: drawn(ids[4] ?? 0, 'tables').flatMap(({ name, used, limit }) => (used === limit ? name : [])),
    }
  }

  it.each<[BudgetName, string[], { near: BudgetName[]; far: BudgetName[] }]>([
    ['network.writes', ['near tables'], { near: ['network.writes'], far: [] }],
    ['arm.writes', ['far tables', 'near tables'], { near: ['arm.writes'], far: ['arm.writes'] }],
    [
      'arm.reads',
      ['far metrics', 'far tables', 'near metrics', 'near tables'],
      { near: ['arm.reads'], far: ['arm.reads'] },
    ],
  ])('%s put off what draws from it, and nothing else', async (budget, expected, { near, far }) => {
    const { waiting, used, usedFar } = await waitingAfter(`of-${budget}`, budget)
    expect(waiting).toEqual(expected)
    expect({ used, usedFar }).toEqual({ used: near, usedFar: far })
  })
})

describe('429s of one subscription that two workers are given', () => {
  let leases: PollLease[]
  const [one, other] = [worker('throttled'), worker('throttled')]

  beforeAll(async () => {
    const ids = await Promise.all([...targets, elsewhere].map((target) => getOrCreateSourceId(db.pool, target)))
    await addMissingPollsToSchedule(
      db,
      ids.map((sourceId) => ({ sourceId, kind: 'tables', everySeconds: 60 })),
    )
    const claimed = await claimAllOf(ids.length)
    leases = ids.slice(0, 3).flatMap((id) => claimed.find(({ sourceId }) => sourceId === id) ?? [])
  })

  it('add up: the third puts off what neither of them ever polled, and nothing of another subscription', async () => {
    for (const [n, lease] of leases.entries()) {
      const before = await dueIn({ resourceId: circuit('unpolled'), subresource })
      expect(before).toBeLessThan(61)
      await new SinglePollRun(n % 2 === 0 ? one : other, { lease, signal: never, throwIfLost: () => {} }).step()
    }
    expect(await dueIn({ resourceId: circuit('unpolled'), subresource })).toBeGreaterThan(RETRY_AFTER_S - 60)
    expect(await dueIn(elsewhere)).toBeLessThan(61)
  })

  it('keep a worker that was given none of them from asking more than is planned', async () => {
    const [first] = targets
    const source = await other.book.source(leases[0]?.sourceId ?? 0)
    if (!first || !source) throw new Error('there is no source')
    const fine = (await worker('ok').azure.poll(first, 'peers')) as PollObservation
    const ofOther = { ...source, resourceId: elsewhere.resourceId }
    expect(
      await new ThrottleHandler({ db, log }, source, { ...fine, kind: 'peers' } as PollObservation).mayAskMore(),
    ).toBe(false)
    expect(
      await new ThrottleHandler({ db, log }, ofOther, { ...fine, kind: 'peers' } as PollObservation).mayAskMore(),
    ).toBe(true)
  })
})
