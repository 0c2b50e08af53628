import { afterEach, expect, it } from 'vitest'
import { readBudgetsInUse } from '#lib/setup/store/index.ts'
import { listSources } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { startSimulatedAzureWithIdentities } from './testing/identities.ts'
import { HOURLY_POLL_INTERVALS } from './testing/hourly.ts'
import { waitUntilTrue } from './testing/lab.ts'
import { startWorker, type PollWorker } from './worker.ts'

const db = withTestDatabase()
/**
 * Intervals without a common rhythm. At equal intervals two kinds could strictly alternate, so that identities that
 * take turns would each always poll the same kind.
 */
const intervals = { ...HOURLY_POLL_INTERVALS, sessionsMs: 300, routesMs: 700 }
/** ARM budgets that suffice for any test. The remaining number is reported in headers. */
const arm = { reads: { size: 100_000, refill: 25 }, writes: { size: 190, refill: 10_000 }, allPrincipals: 15 }

const workers: PollWorker[] = []
const start = (azure: Parameters<typeof startWorker>[0]['azure']) => {
  const worker = startWorker({ db, azure, intervals })
  workers.push(worker)
  return worker
}
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop()
})

const sourceOf = async (kind: string) => (await listSources(db.pool, {})).find(({ poll }) => poll.kind === kind)

it('an operation outlives its worker with the identity that began it, and is given up where that is gone', async () => {
  await using lab = await startSimulatedAzureWithIdentities({ style: 'location' })
  const identities = [lab.identity('first'), lab.identity('second')]
  /**
   * Returns the pending operation of the gateway and the identity that began it, from its row. Operations end only when
   * the test advances the clock.
   */
  const stored = async (notUrl = ''): Promise<{ identity: string; url: string } | null> => {
    const { rows } = await db.pool.query<{ identity: string; url: string }>(
      `SELECT operation->>'identity' AS identity, operation->>'url' AS url FROM resource_lease
       WHERE resource LIKE '%/gw-pair' AND operation->>'url' <> $1`,
      [notUrl],
    )
    return rows[0] ?? null
  }
  const one = start(lab.connect(identities))
  const first = await waitUntilTrue('an operation is stored', () => stored())
  await one.stop()
  const before = lab.exchanges.length
  const other = start(lab.connect(identities.toReversed()))
  lab.pass(5_000)
  const next = await waitUntilTrue('another one is stored, since that has ended', () => stored(first.url))
  const followUps = lab.exchanges.slice(before).filter(({ url }) => url === first.url)
  expect(new Set(followUps.map(({ identity }) => identity))).toEqual(new Set([first.identity]))

  await other.stop()
  start(lab.connect(identities.filter(({ name }) => name !== next.identity)))
  await waitUntilTrue('that is given up', async () => {
    const { rows } = await db.pool.query(`SELECT FROM coverage WHERE detail LIKE '%configured no longer%'`)
    return rows.length > 0
  })
})

it('Sources knows the budgets of each identity, and what one lacks though another is answered', async () => {
  await using lab = await startSimulatedAzureWithIdentities({
    arm,
    headers: 'all',
    happenings: [{ op: 'api-fault', fault: '403', operation: 'gateway.learned', principal: 'second', at: '+0s' }],
  })
  start(lab.connect([lab.identity('first'), lab.identity('second')]))
  const refused = await waitUntilTrue('one is refused', async () => (await sourceOf('learned'))?.poll.budget?.refused)
  expect(refused).toMatchObject([{ identity: 'second', outcome: 'forbidden' }])
  expect((await sourceOf('learned'))?.poll).toMatchObject({ lastOutcome: 'ok', error: null })
  const names = await waitUntilTrue('both were answered', async () => {
    const source = await sourceOf('peers')
    const drawn = source ? (await readBudgetsInUse(db.pool, Date.now()))(source.sourceId, 'peers') : []
    const own = drawn.flatMap(({ name, identity }) => (name === 'arm.writes' ? (identity ?? []) : []))
    return own.length === 2 && own
  })
  expect(names).toEqual(['first', 'second'])
})
