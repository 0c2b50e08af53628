import { expect, it } from 'vitest'
import { readIncidentById } from '#lib/history/index.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readIncidentForNotices } from './incident-facts.ts'
import { recordTestIncident } from '../../testing/incident.ts'

const db = withTestDatabase()

it('runs one statement at a time on a connection, however many resources an incident is about', async () => {
  const id = await recordTestIncident(db, { name: 'lost', at: Date.parse('2026-03-12T03:12:00Z') })
  const found = await readIncidentById(db.pool, id)
  const [event] = found?.events ?? []
  if (!found || !event) throw new Error('no incident')
  const events = ['one', 'two', 'three'].map((scope) => ({ ...event, id: `event of ${scope}`, scope }))
  let [running, most, asked] = [0, 0, 0]
  await db.transaction(async (client) => {
    const counting: SqlExecutor = {
      query: (text, values) => {
        most = Math.max(most, ++running)
        asked += 1
        return client.query(text as string, values).finally(() => running--)
      },
    }
    await readIncidentForNotices(counting, found.incident, events)
  })
  expect(asked).toBeGreaterThan(events.length)
  expect(most).toBe(1)
})
