import { expect, it } from 'vitest'
import { manualClock } from '#lib/platform/testing/manual-clock.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { ALERTING_LEASE, runWithWorkLease } from '#lib/platform/leases/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { AlertingMonitor } from './alerting-monitor.ts'

const db = withTestDatabase()

function lab(of = db) {
  const clock = manualClock(0)
  const lines: string[] = []
  const log = {
    warn: ({ seconds }: { seconds: number }) => lines.push(`nobody for ${seconds} s`),
    info: (text: string) => lines.push(text),
  } as unknown as ConstructorParameters<typeof AlertingMonitor>[0]['log']
  return { clock, lines, monitor: new AlertingMonitor({ db: of, clock, log }) }
}

const renewedAgo = (seconds: number) =>
  db.pool.query('UPDATE work_lease SET renewed_at = clock_timestamp() - make_interval(secs => $1)', [seconds])

it('reports once a minute that nobody evaluates alerts, and once that somebody does again', async () => {
  const { clock, lines, monitor } = lab()
  await runWithWorkLease(db, ALERTING_LEASE, async () => {})
  await renewedAgo(25)
  await monitor.check()
  expect(lines).toEqual([])
  for (let seconds = 31; seconds < 31 + 120; seconds += 10) {
    await renewedAgo(seconds)
    await monitor.check()
    clock.advance(10_000)
  }
  // a slow machine takes a while between statements
  expect(lines).toEqual([expect.stringMatching(/^nobody for 3\d s$/), expect.stringMatching(/^nobody for 9\d s$/)])
  await runWithWorkLease(db, ALERTING_LEASE, async () => {})
  await monitor.check()
  await monitor.check()
  expect(lines.slice(2)).toEqual(['alerts are evaluated again'])
})

it('reports it too when the database does not answer, and when nobody ever did', async () => {
  const away = createDatabase('postgresql://nobody@127.0.0.1:1/none', { applicationName: 'test' })
  for (const { clock, lines, monitor } of [lab(away), lab()]) {
    await db.pool.query('TRUNCATE work_lease')
    await monitor.check()
    expect(lines).toEqual([])
    clock.advance(30_000)
    await monitor.check()
    expect(lines).toEqual(['nobody for 30 s'])
  }
  await away.close()
})
