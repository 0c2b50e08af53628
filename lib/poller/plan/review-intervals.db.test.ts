import { beforeEach, describe, expect, it } from 'vitest'
import type { PollKind } from '#lib/contract/index.ts'
import { getOrCreateSourceId, readPollPlanState, syncPollSchedule } from '#lib/history/index.ts'
import { startPollBurst, updatePollIntervals } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { reviewPollIntervals } from './review-intervals.ts'

const db = withTestDatabase()
const settings = { countsPosts: 'learn' as const, identitiesOf: () => ['default'] }
const circuit = (n: number) =>
  `/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/expressRouteCircuits/c${n}`
const subresource = 'AzurePrivatePeering/primary'

const wanted = (circuits: number) =>
  Array.from({ length: circuits }, (_, n) =>
    (['summary', 'tables'] as const).map((kind) => ({
      resourceId: circuit(n),
      subresource,
      kind,
      everySeconds: 60,
      resource: circuit(n).toLowerCase(),
    })),
  ).flat()
const sync = (circuits: number, everySeconds = 60) =>
  db.transaction((client) =>
    syncPollSchedule(
      client,
      wanted(circuits).map((poll) => ({ ...poll, everySeconds })),
    ),
  )

/** Stores the state that polls of the given duration leave. */
async function measured(n: number, kind: PollKind, seconds: number, more: object = {}): Promise<void> {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: circuit(n), subresource })
  const { outcome = 'ok', error = null } = more as { outcome?: string; error?: object | null }
  await db.pool.query(
    `INSERT INTO poll_state (source_id, kind, last_outcome, last_started_at, last_finished_at, recent_durations, error)
     VALUES ($1, $2, $3, now(), now(), array_fill($4::int, ARRAY[20]), $5)
     ON CONFLICT (source_id, kind) DO UPDATE SET recent_durations = excluded.recent_durations, last_outcome = $3, error = $5`,
    [sourceId, kind, outcome, seconds * 1_000, error && JSON.stringify(error)],
  )
}

async function row(n: number, kind: PollKind) {
  const { rows } = await db.pool.query(
    `SELECT every_seconds AS every, configured_seconds AS configured, plan, burst_every_seconds AS burst,
            extract(epoch FROM next_at - clock_timestamp())::float8 AS due
     FROM poll_schedule ps JOIN source s ON s.id = ps.source_id JOIN resource r ON r.id = s.resource_id
     WHERE r.arm_key = lower($1) AND ps.kind = $2`,
    [circuit(n), kind],
  )
  return rows[0]
}

beforeEach(async () => {
  await db.pool.query(
    `DELETE FROM poll_schedule; DELETE FROM poll_state; DELETE FROM deployment WHERE key = 'poll-plan'`,
  )
})

describe('intervals in force', () => {
  it('are the configured ones where everything fits, and before anything is measured', async () => {
    await sync(2)
    expect(await reviewPollIntervals(db, settings)).toMatchObject({ changed: 0, lengthened: 0 })
    await measured(0, 'summary', 5)
    await measured(0, 'tables', 5)
    expect(await reviewPollIntervals(db, settings)).toMatchObject({ changed: 0, lengthened: 0 })
    expect(await row(0, 'summary')).toMatchObject({ every: 60, configured: 60, plan: null })
  })

  it('follow from what one resource runs one at a time: tables first, and why', async () => {
    await sync(1)
    await measured(0, 'summary', 34)
    await measured(0, 'tables', 34)
    expect(await reviewPollIntervals(db, settings)).toMatchObject({ changed: 1, lengthened: 1 })
    expect(await row(0, 'summary')).toMatchObject({ every: 60, plan: null })
    const tables = await row(0, 'tables')
    expect(tables).toMatchObject({ every: 240, configured: 60, plan: { limitedBy: 'lock', budget: null } })
    expect(tables.plan.withLonger).toEqual({ rank: 'sessions', seconds: expect.any(Number) })
    // a second plan writes no rows
    expect(await reviewPollIntervals(db, settings)).toMatchObject({ changed: 0, lengthened: 1 })
    expect((await readPollPlanState(db.pool))?.steps).toMatchObject({ [`lock ${circuit(0).toLowerCase()}`]: 10 })
  })

  it('end with their reason, and with a change of the configured interval', async () => {
    await sync(1)
    await measured(0, 'summary', 34)
    await measured(0, 'tables', 34)
    await reviewPollIntervals(db, settings)
    // a sync with the same estate keeps the current interval
    expect(await sync(1)).toMatchObject({ addedOrChanged: 0 })
    expect(await row(0, 'tables')).toMatchObject({ every: 240, configured: 60 })
    await sync(1, 300)
    expect(await row(0, 'tables')).toMatchObject({ every: 300, configured: 300, plan: null })
    await sync(1)
    await reviewPollIntervals(db, settings)
    expect(await row(0, 'tables')).toMatchObject({ every: 240 })
    await measured(0, 'tables', 5)
    await reviewPollIntervals(db, settings)
    expect(await row(0, 'tables')).toMatchObject({ every: 60, plan: null })
  })

  it('follow from the network provider’s budget once it refused a POST, in its region and for good', async () => {
    const circuits = 110
    await sync(circuits)
    await measured(0, 'summary', 5)
    await measured(0, 'tables', 5)
    await db.pool.query(`UPDATE resource SET location = 'uksouth' WHERE arm_key LIKE '%/c%'`)
    expect(await reviewPollIntervals(db, settings)).toMatchObject({ lengthened: 0, countsPosts: false })
    await measured(7, 'summary', 1, { outcome: 'throttled', error: { budget: 'network.writes' } })
    expect(await reviewPollIntervals(db, settings)).toMatchObject({ lengthened: circuits, countsPosts: true })
    // 220 requests per minute are needed, and 200 are allowed
    expect(await row(3, 'tables')).toMatchObject({
      every: 120,
      plan: { limitedBy: 'budget', budget: 'network.writes' },
    })
    expect(await row(3, 'summary')).toMatchObject({ every: 60, plan: null })
    await measured(7, 'summary', 5)
    expect(await reviewPollIntervals(db, settings)).toMatchObject({ changed: 0, countsPosts: true })
    expect(await reviewPollIntervals(db, { ...settings, countsPosts: 'no' })).toMatchObject({ lengthened: 0 })
  })

  it('spread the polls that change over the new interval, and leave a burst as it is', async () => {
    const circuits = 60
    await sync(circuits)
    await db.pool.query(`UPDATE poll_schedule SET next_at = clock_timestamp() + interval '59 s'`)
    for (let n = 0; n < circuits; n++) {
      await measured(n, 'summary', 34)
      await measured(n, 'tables', 34)
    }
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId: circuit(0), subresource })
    const options = { everySeconds: 10, forSeconds: 900, room: 9, reason: 'adverse' } as const
    await startPollBurst(db, [{ sourceId, kind: 'summary' }], options)
    await reviewPollIntervals(db, settings)
    const { rows } = await db.pool.query(
      `SELECT extract(epoch FROM next_at - clock_timestamp())::float8 AS due FROM poll_schedule WHERE kind = 'tables'`,
    )
    const due = rows.map((poll) => poll.due as number)
    expect(Math.max(...due)).toBeLessThan(240)
    for (const from of [0, 80, 160]) expect(due.filter((at) => at >= from && at < from + 80).length).toBeGreaterThan(4)
    expect(await row(0, 'summary')).toMatchObject({ every: 60, burst: 10 })
  })

  it('are not changed by a plan of an interval that is configured no longer, nor beside a younger plan', async () => {
    await sync(1)
    const sourceId = await getOrCreateSourceId(db.pool, { resourceId: circuit(0), subresource })
    const late = { sourceId, kind: 'tables', configuredSeconds: 30, everySeconds: 240, plan: null }
    expect(await updatePollIntervals(db, [late])).toBe(0)
    await reviewPollIntervals(db, settings)
    await measured(0, 'summary', 34)
    await measured(0, 'tables', 34)
    expect(await reviewPollIntervals(db, settings, 60)).toMatchObject({ changed: 0 })
    expect(await row(0, 'tables')).toMatchObject({ every: 60 })
  })
})
