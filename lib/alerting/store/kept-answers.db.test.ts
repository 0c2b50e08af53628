import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { OPEN_CALLER } from '#lib/access/index.ts'
import { parseScope } from '#lib/contract/index.ts'
import { DAY, HOUR, MINUTE } from '#lib/contract/time/time.ts'
import {
  applyRetention,
  askBackTest,
  backTestById,
  rollUpChurn,
  rollUpUsage,
  saveSettings,
} from '#lib/history/index.ts'
import { restoreBackup, writeBackup } from '#lib/platform/backup/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { createTestDatabase, withTestDatabase } from '#lib/platform/testing/database.ts'
import { runNext } from '#lib/poller/back-test/index.ts'
import { askOwn } from '#lib/questions/index.ts'
import { table } from '#lib/table.ts'
import { eventful, makePast } from '#lab/demo-history/testing.ts'
import { getAlerting } from '../answers/index.ts'
import { ownFaults } from '../faults.ts'
import { changedAnswers } from './index.ts'
import { draw } from '../past/draw.ts'
import { askAgain, keepSome } from '../past/kept-answers.ts'
import { PAST_KIND_NAMES, pastKinds } from '../past/kinds.ts'

const db = withTestDatabase({ prepared: true })
const ask = askOwn(table, OPEN_CALLER)
const HISTORY_MS = 400 * DAY
/** A midnight so long ago that all kinds have closed times before it; the day before is whole. */
const END = Math.floor(Date.now() / DAY) * DAY - 2 * DAY
/** no week was reviewed, no month is whole: kept-costs.db.test.ts */
const DRAWN = PAST_KIND_NAMES.filter((kind) => !['cost', 'month'].includes(kind))
const settings = {
  alerting: { proofEveryMs: null, proofUrl: null, heartbeatUrl: null, heartbeatEveryMs: 1 },
  dataDir: '/nowhere',
}
const past = (on: Database, now: number) => ({ db: on.pool, ask, now, historyMs: HISTORY_MS })

let rounds = 0
/** All of them, as often as it is called: each time later. */
const again = (on: Database = db) => askAgain(past(on, Date.now() + 20 * MINUTE * ++rounds), HOUR)
const count = async (text: string) =>
  (await db.pool.query<{ n: number }>(`SELECT count(*)::int AS n FROM ${text}`)).rows[0]?.n
const EVENTS_SAID = `kept_answer WHERE kind = 'events' AND cardinality(said) > 0`

const NOTHING = { same: 0, changed: 0, expired: 0, retaken: 0 }
let kept = 0
beforeAll(async () => {
  // a day that was seen in full, so that its bytes are known for good
  const happenings = eventful.happenings?.filter((one) => one.op !== 'api-fault' || one.operation !== '*')
  await makePast(db, { ...eventful, happenings }, END, 'around-edges', { minutes: 30 * 60 })
  // draws differ from run to run: a few may keep nothing of a kind, or no hour in which something happened
  const kinds = () => count('(SELECT DISTINCT kind FROM kept_answer) k')
  const isDrawn = async () => (await kinds()) === DRAWN.length && ((await count(EVENTS_SAID)) ?? 0) > 0
  for (let n = 0; n < 20 && !(await isDrawn()); n++) kept += await keepSome(past(db, Date.now()), 70)
}, 600_000)

describe('answers about the past', { timeout: 300_000 }, () => {
  it('are kept of each kind, and of no time that is open', async () => {
    const { rows } = await db.pool.query<{ kind: string; newest: Date }>(
      'SELECT kind, max(to_at) AS newest FROM kept_answer GROUP BY 1',
    )
    expect(rows.map(({ kind }) => kind).toSorted()).toEqual(DRAWN.toSorted())
    const newest = (kind: string) => rows.find((row) => row.kind === kind)?.newest.getTime() ?? 0
    for (const kind of PAST_KIND_NAMES)
      expect(newest(kind)).toBeLessThanOrEqual(Date.now() - pastKinds[kind].closedAfterMs)
    expect(await count(EVENTS_SAID)).toBeGreaterThan(0)
  })

  it('whatever the time of day and the age of the installation', async () => {
    const kinds = fc.constantFrom(...PAST_KIND_NAMES.filter((kind) => pastKinds[kind].of !== 'routed'))
    const now = fc.integer({ min: Date.UTC(2026, 0), max: Date.UTC(2027, 0) })
    await fc.assert(
      fc.asyncProperty(kinds, now, fc.integer({ min: 0, max: 30 * DAY }), fc.string(), async (kind, at, age, seed) => {
        const subjects = { circuits: ['c'], gateways: ['g'], oldest: at - age, now: at }
        const drawn = await draw({ db: db.pool, ask }, { kind, seed, ...subjects })
        if (!drawn) return
        expect(drawn.to).toBeLessThanOrEqual(at - pastKinds[kind].closedAfterMs)
        expect(drawn.from).toBeGreaterThanOrEqual(at - age)
      }),
    )
  })

  it('are the same after roll-up, retention of raw samples, and a fold with other thresholds', async () => {
    expect(await again()).toEqual({ ...NOTHING, same: kept })
    await rollUpUsage(db)
    await rollUpChurn(db)
    const { partitions } = await applyRetention(db, { rawMs: HOUR, historyMs: HISTORY_MS }, Date.now())
    expect(partitions.length).toBeGreaterThan(0)
    expect(await again()).toEqual({ ...NOTHING, same: kept })
    const changed = { 'session.flapping': 2, 'routes.withdrawn': 2 }
    const { id } = await askBackTest(db.pool, { requestedBy: 'test', from: END - DAY, to: END, version: 0, changed })
    await runNext(db, new AbortController().signal)
    expect(await backTestById(db.pool, id)).toMatchObject({ state: 'done', error: null })
    await db.transaction((client) => saveSettings(client, { expected: 0, changed, by: 'test', note: '' }))
    expect(await again()).toEqual({ ...NOTHING, same: kept })
  })

  it('are the same in a restored backup, which has them, too', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-past-'))
    const { url, drop } = await createTestDatabase({ empty: true })
    const file = path.join(folder, 'past.backup.gz')
    const secretsKey = 'a key of the test, long enough'
    await writeBackup(db.url, file, { version: '0', secretsKey, now: new Date() })
    await restoreBackup(url, file, {
      folder: path.resolve(import.meta.dirname, '../../../prisma/migrations'),
      secretsKey,
    })
    const restored = createDatabase(url, { max: 2, applicationName: 'peerwatch-test' })
    expect(await again(restored)).toEqual({ ...NOTHING, same: kept })
    await restored.close()
    await drop()
    rmSync(folder, { recursive: true })
  })

  it('are reported when one changes, with what differs, until it is as it was', async () => {
    const say = (word: string) =>
      db.pool.query(`UPDATE session_interval SET azure_state = ${word} WHERE azure_state <> ''`)
    expect((await say(`azure_state || '!'`)).rowCount).toBeGreaterThan(0)
    const asked = await again()
    expect(asked.changed).toBeGreaterThan(0)
    expect(asked.same).toBe(kept - asked.changed)
    const [one] = await changedAnswers(db.pool)
    expect(one?.gone.length).toBeGreaterThan(0)
    expect(one?.came.length).toBe(one?.gone.length)
    const faults = await ownFaults(db, settings)(Date.now())
    expect(faults).toMatchObject([{ kind: 'past_changed', subject: 'answers' }])
    expect(faults?.[0]?.evidence).toMatch(/^An answer about \d+ Nov \d\d:\d\d UTC changed: \//)
    const shown = (await getAlerting(db, settings, 'everything')).past
    expect(shown?.changed[0]).toMatchObject({ question: one?.question, gone: one?.gone })
    expect((await getAlerting(db, settings, parseScope(['customer:Contoso']))).past).toBeNull()
    await say(`rtrim(azure_state, '!')`)
    expect(await again()).toEqual({ ...NOTHING, same: kept })
    expect(await changedAnswers(db.pool)).toEqual([])
  })

  it('are taken again where their shape was changed, and go where they say that they are no longer kept', async () => {
    await db.pool.query(`UPDATE kept_answer SET version = 0, digest = '' WHERE kind = 'bytes'`)
    const of = await count(`kept_answer WHERE kind = 'bytes'`)
    expect(await again()).toEqual({ ...NOTHING, same: kept - (of ?? 0), retaken: of })
    expect((await again()).same).toBe(kept)
    const old = new Date(Date.now() - HISTORY_MS - DAY)
    await db.pool.query(
      `UPDATE kept_answer SET from_at = $1, to_at = $1, question = '/sessions?limit=1000&at=' || $2
       WHERE id = (SELECT min(id) FROM kept_answer WHERE kind = 'sessions')`,
      [old, old.toISOString()],
    )
    expect(await again()).toEqual({ ...NOTHING, same: kept - 1, expired: 1 })
    await db.pool.query(
      `UPDATE kept_answer SET question = question || '&scope=nothing' WHERE id = (SELECT min(id) FROM kept_answer WHERE kind = 'events')`,
    )
    await db.pool.query(
      `UPDATE kept_answer SET question = replace(question, 'scope=', 'scope=no') WHERE id = (SELECT max(id) FROM kept_answer WHERE kind = 'events')`,
    )
    expect((await again()).changed).toBeGreaterThan(0)
  })
})
