import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { readBilledRows, readBillReadAttempts } from '../store/index.ts'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { oneCircuitScenario, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { readBills } from './bill-job.ts'
import { createAzureClientForSimulator, startAzure } from '#lib/poller/testing/lab.ts'

const db = withTestDatabase()
const never = new AbortController().signal

let simulator: RunningSimulator
let azure: AzureAccess
beforeAll(async () => {
  simulator = await startAzure({ ...oneCircuitScenario, past: '70d' })
  azure = createAzureClientForSimulator(simulator)
})
afterAll(async () => {
  azure.close()
  await simulator.close()
})
afterEach(() => db.pool.query('TRUNCATE cost_billed, cost_bill_read'))

const stored = async () => readBilledRows(db.pool, { from: Date.now() - 100 * MS_PER_DAY, to: Date.now() + MS_PER_DAY })

describe('the bill job', () => {
  it('keeps what was billed since the begin of the last month, once a day', async () => {
    const clock = manualClock(Date.now())
    expect(await readBills({ db, azure, clock }, never)).toEqual({ read: 1, failed: 0 })
    const rows = await stored()
    const today = new Date(clock.now())
    const begin = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - 1, 1)
    expect(Math.min(...rows.map(({ day }) => day))).toBe(begin)
    const meters = new Set(rows.map(({ meter }) => meter))
    expect([...meters]).toEqual(expect.arrayContaining(['Metered Data - Data Transfer Out']))
    expect(await readBills({ db, azure, clock }, never)).toEqual({ read: 0, failed: 0 })
    clock.step(clock.now() + MS_PER_DAY)
    expect(await readBills({ db, azure, clock }, never)).toEqual({ read: 1, failed: 0 })
    // the rows are replaced and not added twice
    expect((await stored()).filter(({ day }) => day === begin)).toHaveLength(
      rows.filter(({ day }) => day === begin).length,
    )
  })

  it('leaves what is known where the bill can not be read, and obeys Retry-After', async () => {
    const clock = manualClock(Date.now())
    await readBills({ db, azure, clock }, never)
    const known = await stored()
    const throttled: Pick<AzureAccess, 'bill' | 'listSubscriptions'> = {
      listSubscriptions: (options) => azure.listSubscriptions(options),
      bill: async () => ({
        outcome: 'throttled',
        error: {
          code: '429',
          detail: 'Too many requests. Please retry.',
          httpStatus: 429,
          retryAfterSeconds: 7_200,
          missingAction: null,
        },
        correlationId: 'test',
        rows: [],
      }),
    }
    const begun = clock.now()
    clock.step(begun + MS_PER_DAY)
    expect(await readBills({ db, azure: throttled, clock }, never)).toEqual({ read: 0, failed: 1 })
    expect(await stored()).toEqual(known)
    expect(await readBillReadAttempts(db.pool)).toMatchObject([
      { outcome: 'throttled', error: 'Too many requests. Please retry.', goodAt: begun },
    ])
    clock.step(begun + MS_PER_DAY + MS_PER_HOUR)
    expect(await readBills({ db, azure, clock }, never)).toEqual({ read: 0, failed: 0 })
    clock.step(begun + MS_PER_DAY + 2 * MS_PER_HOUR)
    expect(await readBills({ db, azure, clock }, never)).toEqual({ read: 1, failed: 0 })
  })
})
