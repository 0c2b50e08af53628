import { expect, it } from 'vitest'
import { createSetupResult } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readLastSetupReport, saveSetupReport } from '#lib/setup/store/index.ts'
import { readPollPlanState, writePollPlanState } from './poll-plan-state.ts'

const db = withTestDatabase()

it('of the plans of intervals the last one is kept, with its age', async () => {
  expect(await readPollPlanState(db.pool)).toBeNull()
  const plan = { steps: { 'lock /subscriptions/s': 3 }, countsPosts: true, hourly: ['s'], lengthened: 2 }
  await writePollPlanState(db.pool, { ...plan, lengthened: 0 })
  await writePollPlanState(db.pool, plan)
  const found = await readPollPlanState(db.pool)
  expect(found).toEqual({ ...plan, ageSeconds: expect.any(Number) })
  expect(found?.ageSeconds).toBeGreaterThan(-60)
  await db.pool.query(`UPDATE deployment SET updated_at = updated_at - interval '1 hour' WHERE key = 'poll-plan'`)
  expect((await readPollPlanState(db.pool))?.ageSeconds).toBeGreaterThan(3_000)
})

it('of the setup’s reports the last one is kept, beside the plan', async () => {
  expect(await readLastSetupReport(db.pool)).toBeNull()
  const report = { at: Date.UTC(2026, 10, 20), results: [createSetupResult('node', 'pass', 'Node 24.')] }
  await saveSetupReport(db.pool, { ...report, results: [] })
  await saveSetupReport(db.pool, report)
  expect(await readLastSetupReport(db.pool)).toEqual(report)
  expect(await readPollPlanState(db.pool)).not.toBeNull()
})
