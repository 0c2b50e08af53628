import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { type PostgresReplicationPair, startServerPair } from '#lib/platform/testing/server-pair.ts'
import { callApiInProcess } from '#lib/questions/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { scenarioWithAllEventKinds, generatePastOfScenario } from '../demo-history/testing.ts'
import { verifySampledAnswers, saveSampledPastAnswers } from './kept-answers.ts'

const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')
/** early enough that periods of all kinds before it are closed */
const END = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY - 2 * MS_PER_DAY
const ask = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)

let servers: PostgresReplicationPair
let db: Database

beforeAll(async () => {
  servers = await startServerPair()
  await servers.waitForStandby()
  const url = servers.address('target_session_attrs=read-write')
  await applyMigrations(url, { folder: MIGRATIONS })
  db = createDatabase(url, { max: 2, applicationName: 'peerwatch-test' })
  await generatePastOfScenario(db, scenarioWithAllEventKinds, END, 'around-edges', { minutes: 8 * 60 })
}, 600_000)
afterAll(async () => {
  await db?.close()
  await servers?.stop()
})

it('answers about the past are the same once the standby has taken over, and once it has handed back', async () => {
  const past = (now: number) => ({ db: db.pool, ask, now, historyMs: 400 * MS_PER_DAY })
  const kept = await saveSampledPastAnswers(past(Date.now()), { draws: 140 })
  expect(kept.length).toBeGreaterThan(10)
  const former = servers.primary.port
  for (let n = 0; n < 2; n++) {
    await servers.failOver()
    expect(await verifySampledAnswers(past(Date.now()), kept)).toEqual({
      same: kept.length,
      changed: [],
      expired: 0,
      outdated: 0,
    })
  }
  expect(servers.primary.port).toBe(former)
}, 300_000)
