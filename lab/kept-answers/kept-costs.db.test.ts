import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { beforeAll, expect, it } from 'vitest'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { applyRetention, rollUpUsage } from '#lib/history/index.ts'
import { restoreBackup, writeBackup } from '#lib/platform/backup/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createTestDatabase, withTestDatabase } from '#lib/platform/testing/database.ts'
import { callApiInProcess } from '#lib/questions/index.ts'
import { createTestEstatePollRecorder, createInventoryRows } from '#lib/questions/testing/estate-feed.ts'
import { recordTestCircuitBitRates } from '#lib/questions/testing/traffic-feed.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { verifySampledAnswers, saveSampledPastAnswers, type StoredAnswer } from './kept-answers.ts'

const db = withTestDatabase()
const ask = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)
const HISTORY_MS = 400 * MS_PER_DAY
const beginOf = (at: number, months: number) =>
  Date.UTC(new Date(at).getUTCFullYear(), new Date(at).getUTCMonth() + months)
/** End of the last month whose data is final. */
const END = beginOf(Date.now() - 4 * MS_PER_DAY, 0)
const FROM = beginOf(END - 1, 0)
const MIDDLE = FROM + 15 * MS_PER_DAY

/** Circuit with double bandwidth, used from the middle of the month on. */
const TWICE = createInventoryRows({
  serviceProviderProperties: { serviceProviderName: 'ProvA', peeringLocation: 'London', bandwidthInMbps: 2_000 },
})
const past = (on: Database, now: number) => ({ db: on.pool, ask, now, historyMs: HISTORY_MS })
let kept: StoredAnswer[] = []
/**
 * Runs some work on separate connections, because connections cache costs for five minutes. Also deletes the traffic
 * that is cached for two hours.
 */
async function byItself<T>(url: string, work: (on: Database) => Promise<T>): Promise<T> {
  const on = createDatabase(url, { max: 2, applicationName: 'peerwatch-test' })
  try {
    await on.pool.query('DELETE FROM cost_traffic')
    return await work(on)
  } finally {
    await on.close()
  }
}
const again = (url = db.url) => byItself(url, (on) => verifySampledAnswers(past(on, Date.now()), kept))
const SAME = { same: 1, changed: [], expired: 0, outdated: 0 }

beforeAll(async () => {
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(FROM - MS_PER_DAY)
  await feed.inventory(MIDDLE - 10 * MS_PER_MINUTE)
  await feed.inventory(MIDDLE, TWICE)
  await recordTestCircuitBitRates(db, {
    from: FROM - 2 * MS_PER_HOUR,
    to: END + 2 * MS_PER_HOUR,
    bitsPerSecond: () => 8_000_000,
  })
  await feed.inventory(END + MS_PER_HOUR, TWICE)
  for (let n = 0; n < 20 && kept.length === 0; n++)
    kept = await saveSampledPastAnswers(past(db, Date.now()), { draws: 10, kinds: ['month'] })
}, 600_000)

it('the cost of a closed month is kept: its bytes and its terms', () => {
  const [one] = kept
  expect(one?.question).toBe(`/cost/projections?month=${new Date(FROM).toISOString().slice(0, 7)}`)
  // 2,000,000 bytes per second on both paths
  expect(one?.said).toHaveLength(1)
  expect(JSON.parse(one?.said[0] ?? '')).toMatchObject({
    billedBytesToDate: String((END - FROM) * 2_000),
    terms: [[expect.stringContaining('1 Gbps')], [expect.stringContaining('2 Gbps')]].map(([name]) =>
      expect.arrayContaining([name]),
    ),
    addsUp: true,
  })
})

it('is the same after roll-up, retention and a restore', { timeout: 300_000 }, async () => {
  const asked = `/cost/projections?month=${new Date(FROM).toISOString().slice(0, 7)}`
  const whole = (url: string) =>
    byItself(url, async (on) => {
      const { circuits } = ((await ask(on.pool, asked)) as { data: { circuits: Record<string, unknown>[] } }).data
      return circuits.map(({ costToDate, billedBytesToDate, lines, gaps }) => ({
        costToDate,
        billedBytesToDate,
        lines,
        gaps,
      }))
    })
  const before = await whole(db.url)
  await rollUpUsage(db)
  await applyRetention(db, { rawMs: MS_PER_HOUR, historyMs: HISTORY_MS }, Date.now())
  expect(await again()).toEqual(SAME)
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-costs-'))
  const { url, drop } = await createTestDatabase({ empty: true })
  const file = path.join(folder, 'costs.backup.gz')
  const secretsKey = 'a key of the test, long enough'
  await writeBackup(db.url, file, { version: '0', secretsKey, now: new Date() })
  const migrations = path.resolve(import.meta.dirname, '../../prisma/migrations')
  await restoreBackup(url, file, { folder: migrations, secretsKey })
  expect(await again(url)).toEqual(SAME)
  expect(await whole(url)).toEqual(before)
  await drop()
  rmSync(folder, { recursive: true })
})

it('is reported where a byte of it changes, until it is as it was', async () => {
  await db.pool.query(`UPDATE usage_bucket SET bytes_out = bytes_out + 1 WHERE starts_at = $1 AND step = 2`, [
    new Date(FROM + MS_PER_DAY),
  ])
  expect((await again()).changed).toHaveLength(1)
  await db.pool.query(`UPDATE usage_bucket SET bytes_out = bytes_out - 1 WHERE starts_at = $1 AND step = 2`, [
    new Date(FROM + MS_PER_DAY),
  ])
  expect(await again()).toEqual(SAME)
})

it('is expired once part of the month is no longer kept', async () => {
  const now = Date.now() + MS_PER_DAY
  expect(await verifySampledAnswers({ ...past(db, now), historyMs: now - FROM - MS_PER_HOUR }, kept)).toEqual({
    ...SAME,
    same: 0,
    expired: 1,
  })
})
