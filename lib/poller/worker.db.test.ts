import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { PollObservation } from '#lib/contract/index.ts'
import { readCoverageIntervals, getOrCreateSourceId, listSources } from '#lib/history/index.ts'
import { claimDuePolls, addMissingPollsToSchedule, type PollLease } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { commitPoll } from './commit/commit-poll.ts'
import { TopologyCache } from './detection/topology-cache.ts'
import { createAzureClientForSimulator, waitUntilTrue, areExpectedPollsRecorded, startAzure } from './testing/lab.ts'
import { startWorker, type PollWorker } from './worker.ts'

const db = withTestDatabase()
let simulator: RunningSimulator
let azure: AzureAccess
let worker: PollWorker | undefined

beforeAll(async () => {
  simulator = await startAzure(oneCircuitScenario)
  azure = createAzureClientForSimulator(simulator)
  worker = startWorker({
    db,
    azure,
    intervals: {
      sessionsMs: 500,
      circuitsMs: MS_PER_MINUTE,
      routesMs: 5 * MS_PER_MINUTE,
      inventoryMs: 1_000,
      metricsMs: 5 * MS_PER_MINUTE,
      activityMs: 5 * MS_PER_MINUTE,
    },
  })
  await waitUntilTrue(
    'all polled',
    async () =>
      (await areExpectedPollsRecorded(db, 'tables', 2)) && (await areExpectedPollsRecorded(db, 'advertised', 2)),
  )
})

afterAll(async () => {
  await worker?.stop()
  azure?.close()
  await simulator?.close()
})

async function pollsOf(kind: string): Promise<number> {
  const { rows } = await db.pool.query('SELECT coalesce(sum(polls), 0)::int AS n FROM poll_state WHERE kind = $1', [
    kind,
  ])
  return rows[0].n
}
const kindsOf = async (name: string) =>
  (await listSources(db.pool, {})).filter(({ scopeName }) => scopeName === name).map(({ poll }) => poll.kind)
const scheduled = async () => (await db.pool.query('SELECT count(*)::int AS n FROM poll_schedule')).rows[0].n as number

describe('a worker', () => {
  it('keeps intervals under a second', { timeout: 90_000 }, async () => {
    // each poll is due half a second after its previous due time; a poll that ends later is followed immediately
    await db.pool.query(`
      CREATE TABLE due (after_ms float8 NOT NULL);
      CREATE FUNCTION note_due() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
        INSERT INTO due VALUES (extract(epoch FROM NEW.next_at - OLD.next_at) * 1000); RETURN NEW;
      END $$;
      CREATE TRIGGER note_due AFTER UPDATE ON poll_schedule FOR EACH ROW
        WHEN (NEW.kind = 'peers' AND OLD.lease_owner IS NOT NULL AND NEW.lease_owner IS NULL) EXECUTE FUNCTION note_due()`)
    // on a busy machine most polls may be late; a single poll in time is sufficient
    const shortest = await waitUntilTrue('ten polls, and one in time', async () => {
      const { rows } = await db.pool.query('SELECT min(after_ms) AS shortest FROM due HAVING count(*) >= 10')
      return rows.length > 0 && rows[0].shortest < 501 && (rows[0].shortest as number)
    })
    expect(shortest).toBeCloseTo(500, 1)
  })

  it('reads the tables in the cycle in which a session has other prefixes', { timeout: 90_000 }, async () => {
    const before = {
      learned: await pollsOf('learned'),
      advertised: await pollsOf('advertised'),
      tables: await pollsOf('tables'),
    }
    const { id } = simulator.control.happen({ op: 'withdraw', site: 'dc-pair', prefixes: ['10.11.0.0/16'] })
    await waitUntilTrue('the withdraw is in the learned routes', async () => {
      const { rows } = await db.pool.query(
        `SELECT count(*)::int AS n FROM route WHERE kind = 'learned' AND prefix = '10.11.0.0/16' AND attributes_id IS NULL`,
      )
      return rows[0].n > 0
    })
    for (const kind of ['learned', 'advertised', 'tables'] as const) {
      await expect.poll(() => pollsOf(kind), { timeout: 30_000, message: kind }).toBeGreaterThan(before[kind])
    }
    simulator.control.restore(id)
    await waitUntilTrue('it is back in the learned routes', async () => {
      const { rows } = await db.pool.query(
        `SELECT count(*)::int AS n FROM route WHERE kind = 'learned' AND prefix = '10.11.0.0/16' AND attributes_id IS NULL`,
      )
      return rows[0].n === 0
    })
  })

  it('reads what gateways learned when an edge router alone has other prefixes', { timeout: 90_000 }, async () => {
    const refused = simulator.control.happen({ op: 'api-fault', fault: '403', operation: 'gateway.peers' })
    await waitUntilTrue('peers are refused', async () =>
      (await listSources(db.pool)).some(({ poll }) => poll.kind === 'peers' && poll.lastOutcome === 'forbidden'),
    )
    const before = await pollsOf('learned')
    const { id } = simulator.control.happen({ op: 'withdraw', site: 'dc-pair', prefixes: ['10.11.0.0/16'] })
    await expect.poll(() => pollsOf('learned'), { timeout: 30_000 }).toBeGreaterThan(before)
    for (const one of [id, refused.id]) simulator.control.restore(one)
  })

  it('stops polling what a full list omits, and takes it up again', { timeout: 90_000 }, async () => {
    const polls = await scheduled()
    const { id } = simulator.control.happen({ op: 'configuration', kind: 'connection', name: 'cxn-pair', absent: true })
    await waitUntilTrue('it is off the timetable', async () => (await scheduled()) === polls - 2)
    simulator.control.restore(id)
    await waitUntilTrue('it is on the timetable', async () => (await scheduled()) === polls)
    expect(await kindsOf('cxn-pair')).toEqual(['connection', 'metrics'])
  })

  it('shows an answer that can not be recorded, and goes on with everything else', { timeout: 90_000 }, async () => {
    await db.pool.query(`
      CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'no room for this'; END $$;
      CREATE TRIGGER refuse BEFORE INSERT OR UPDATE ON session FOR EACH ROW WHEN (NEW.kind = 'peers') EXECUTE FUNCTION refuse()`)
    const source = await waitUntilTrue('the fault shows', async () => {
      const found = (await listSources(db.pool, {})).find(({ poll }) => poll.kind === 'peers')
      return found?.poll.error?.code === 'NOT_RECORDED' && found
    })
    expect(source.poll.lastOutcome).toBe('malformed')
    const others = await pollsOf('summary')
    await waitUntilTrue('others are polled', async () => (await pollsOf('summary')) > others + 2)
    await db.pool.query('DROP TRIGGER refuse ON session')
    await waitUntilTrue('it recovers', async () => {
      const found = (await listSources(db.pool, {})).find(({ poll }) => poll.kind === 'peers')
      return found?.poll.lastOutcome === 'ok'
    })
  })
})

describe('a late commit', () => {
  const observation: PollObservation = {
    target: {
      resourceId: '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/connections/late',
      subresource: '',
    },
    kind: 'connection',
    startedAt: Date.UTC(2026, 10, 20),
    finishedAt: Date.UTC(2026, 10, 20) + 1_000,
    outcome: 'timeout',
    error: null,
    silentInstances: [],
    budget: null,
    correlationId: 'x',
    rows: [],
  }
  const result = (lease: PollLease, observed: PollObservation) => ({
    lease,
    observation: observed,
    scope: 'x',
    localAddresses: null,
    everySeconds: lease.everySeconds,
    notBefore: null,
    endsBurst: false,
    asksFor: [],
    sessionsChanged: false,
    estate: new TopologyCache(),
  })

  it('of a lost lease leaves nothing, the successor’s is recorded once', async () => {
    await worker?.stop()
    worker = undefined
    const sourceId = await getOrCreateSourceId(db.pool, observation.target)
    await addMissingPollsToSchedule(db, [{ sourceId, kind: 'connection', everySeconds: 60 }])
    await db.pool.query(`UPDATE poll_schedule SET next_at = next_at - interval '1 s' WHERE source_id = $1`, [sourceId])
    const claim = async (owner: string) => {
      const { leases } = await claimDuePolls(db, { owner, leaseSeconds: 30, limit: 100 })
      const lease = leases.find((one) => one.sourceId === sourceId)
      if (!lease) throw new Error('nothing was due')
      return lease
    }
    const late = await claim('a')
    await db.pool.query(
      `UPDATE poll_schedule SET lease_until = clock_timestamp() - interval '1 s' WHERE source_id = $1`,
      [sourceId],
    )
    const successor = await claim('b')
    expect(await commitPoll(db, result(late, observation))).toMatchObject({ status: 'superseded', events: [] })
    const intervals = () =>
      readCoverageIntervals(db.pool, { scope: observation.target.resourceId, from: 0, to: Date.now(), limit: 10 })
    expect((await intervals()).rows).toEqual([])
    const again = {
      ...observation,
      startedAt: observation.startedAt + 2_000,
      finishedAt: observation.finishedAt + 2_000,
    }
    expect((await commitPoll(db, result(successor, again))).status).toBe('recorded')
    // the acknowledgement was lost and the poll is committed again; its lease has ended, so no row is duplicated
    expect((await commitPoll(db, result(successor, again))).status).toBe('superseded')
    expect((await intervals()).rows).toMatchObject([{ outcome: 'timeout', polls: 1 }])
  })
})
