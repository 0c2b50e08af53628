import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { OPEN_ACCESS_CALLER } from '#lib/access/index.ts'
import { MS_PER_DAY, MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  applyRetention,
  requestBackTest,
  readBackTestById,
  rollUpChurn,
  rollUpUsage,
  saveThresholdsAsNewVersion,
} from '#lib/history/index.ts'
import { restoreBackup, writeBackup } from '#lib/platform/backup/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createTestDatabase, withTestDatabase } from '#lib/platform/testing/database.ts'
import { runNextBackTest } from '#lib/poller/back-test/index.ts'
import { callApiInProcess } from '#lib/questions/index.ts'
import { mergedCapabilityOfAllFeatures } from '#lib/table.ts'
import { scenarioWithAllEventKinds, generatePastOfScenario } from '../demo-history/testing.ts'
import { drawPastQuery } from './draw.ts'
import { verifySampledAnswers, saveSampledPastAnswers, type StoredAnswer } from './kept-answers.ts'
import { PAST_KIND_NAMES, pastKinds } from './kinds.ts'

const db = withTestDatabase({ prepared: true })
const ask = callApiInProcess(mergedCapabilityOfAllFeatures, OPEN_ACCESS_CALLER)
const HISTORY_MS = 400 * MS_PER_DAY
/** A midnight early enough that periods of all kinds before it are closed. The day before it is complete. */
const END = Math.floor(Date.now() / MS_PER_DAY) * MS_PER_DAY - 2 * MS_PER_DAY
/** no week was reviewed and no month is complete here; kept-costs.db.test.ts covers these kinds */
const DRAWN = PAST_KIND_NAMES.filter((kind) => !['cost', 'month'].includes(kind))
const past = (on: Database, now: number) => ({ db: on.pool, ask, now, historyMs: HISTORY_MS })

const kept: StoredAnswer[] = []
const again = (on: Database = db) => verifySampledAnswers(past(on, Date.now()), kept)
const unchanged = () => ({ same: kept.length, changed: [], expired: 0, outdated: 0 })
beforeAll(async () => {
  // a completely observed day, so that its bytes are final
  const happenings = scenarioWithAllEventKinds.happenings?.filter(
    (one) => one.op !== 'api-fault' || one.operation !== '*',
  )
  await generatePastOfScenario(db, { ...scenarioWithAllEventKinds, happenings }, END, 'around-edges', {
    minutes: 30 * 60,
  })
  // draws differ between runs, and a few draws may miss a kind or contain no event
  const isDrawn = () =>
    new Set(kept.map(({ kind }) => kind)).size === DRAWN.length &&
    kept.some(({ kind, said }) => kind === 'events' && said.length > 0)
  for (let n = 0; n < 20 && !isDrawn(); n++)
    kept.push(...(await saveSampledPastAnswers(past(db, Date.now()), { draws: 70 })))
}, 600_000)

describe('answers about the past', { timeout: 300_000 }, () => {
  it('are kept of each kind, and of no time that is open', () => {
    expect([...new Set(kept.map(({ kind }) => kind))].toSorted()).toEqual(DRAWN.toSorted())
    for (const { kind, to } of kept) expect(to).toBeLessThanOrEqual(Date.now() - pastKinds[kind].closedAfterMs)
    expect(kept.some(({ kind, said }) => kind === 'events' && said.length > 0)).toBe(true)
  })

  it('whatever the time of day and the age of the installation', async () => {
    const kinds = fc.constantFrom(...PAST_KIND_NAMES.filter((kind) => pastKinds[kind].of !== 'routed'))
    const now = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) })
    await fc.assert(
      fc.asyncProperty(
        kinds,
        now,
        fc.integer({ min: 0, max: 30 * MS_PER_DAY }),
        fc.string(),
        async (kind, at, age, seed) => {
          const subjects = { circuits: ['c'], gateways: ['g'], oldest: at - age, now: at }
          const drawn = await drawPastQuery({ db: db.pool, ask }, { kind, seed, ...subjects })
          if (!drawn) return
          expect(drawn.to).toBeLessThanOrEqual(at - pastKinds[kind].closedAfterMs)
          expect(drawn.from).toBeGreaterThanOrEqual(at - age)
        },
      ),
    )
  })

  it('are the same after roll-up, retention of raw samples, and a fold with other thresholds', async () => {
    expect(await again()).toEqual(unchanged())
    await rollUpUsage(db)
    await rollUpChurn(db)
    const { partitions } = await applyRetention(db, { rawMs: MS_PER_HOUR, historyMs: HISTORY_MS }, Date.now())
    expect(partitions.length).toBeGreaterThan(0)
    expect(await again()).toEqual(unchanged())
    const changed = { 'session.flapping': 2, 'routes.withdrawn': 2 }
    const { id } = await requestBackTest(db.pool, {
      requestedBy: 'test',
      from: END - MS_PER_DAY,
      to: END,
      version: 0,
      changed,
    })
    await runNextBackTest(db, new AbortController().signal)
    expect(await readBackTestById(db.pool, id)).toMatchObject({ state: 'done', error: null })
    await db.transaction((client) => saveThresholdsAsNewVersion(client, { expected: 0, changed, by: 'test', note: '' }))
    expect(await again()).toEqual(unchanged())
  })

  it('are the same in a restored backup', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-past-'))
    const { url, drop } = await createTestDatabase({ empty: true })
    const file = path.join(folder, 'past.backup.gz')
    const secretsKey = 'a key of the test, long enough'
    await writeBackup(db.url, file, { version: '0', secretsKey, now: new Date() })
    await restoreBackup(url, file, {
      folder: path.resolve(import.meta.dirname, '../../prisma/migrations'),
      secretsKey,
    })
    const restored = createDatabase(url, { max: 2, applicationName: 'peerwatch-test' })
    expect(await again(restored)).toEqual(unchanged())
    await restored.close()
    await drop()
    rmSync(folder, { recursive: true })
  })

  it('are reported with the lines that differ, until they are as they were', async () => {
    const say = (word: string) =>
      db.pool.query(`UPDATE session_interval SET azure_state = ${word} WHERE azure_state <> ''`)
    expect((await say(`azure_state || '!'`)).rowCount).toBeGreaterThan(0)
    const { same, changed } = await again()
    expect(changed.length).toBeGreaterThan(0)
    expect(same).toBe(kept.length - changed.length)
    expect(changed[0]?.gone.length).toBeGreaterThan(0)
    expect(changed[0]?.came.length).toBe(changed[0]?.gone.length)
    await say(`rtrim(azure_state, '!')`)
    expect(await again()).toEqual(unchanged())
  })

  it('are outdated if the version of their kind changed, and expired if history is no longer kept', async () => {
    const [one] = kept.filter(({ kind }) => kind === 'sessions')
    if (!one) throw new Error('no answer of sessions')
    const at = Date.now() - HISTORY_MS - MS_PER_DAY
    const old = { ...one, from: at, to: at, question: `/sessions?limit=1000&at=${new Date(at).toISOString()}` }
    expect(await verifySampledAnswers(past(db, Date.now()), [one, { ...one, version: 0 }, old])).toEqual({
      same: 1,
      changed: [],
      expired: 1,
      outdated: 1,
    })
    const other = { ...one, question: one.question.replace('scope=', 'scope=no') }
    expect((await verifySampledAnswers(past(db, Date.now()), [other])).changed).toMatchObject([
      { question: other.question },
    ])
  })
})
