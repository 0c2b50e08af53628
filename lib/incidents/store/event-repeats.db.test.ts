import { expect, it } from 'vitest'
import type { DetectedEvent } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOrCreateSourceId, computeEventId, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { createDownEvent } from '#lib/history/testing/event.ts'
import { readEventRepeats } from './event-repeats.ts'
import { countIncidentRecurrences } from './recurrences.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw'
const db = withTestDatabase()

const event = (key: string, more: Partial<DetectedEvent> = {}) => createDownEvent(key, T0, { incident: 'one', ...more })

it('counts the repeats of an event in its incident, and gives the last good poll that shows whether it goes on', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  await upsertEvents(db.pool, sourceId, [
    event('first'),
    event('again'),
    event('of another session', { subject: 'a~c' }),
    event('in another incident', { incident: 'two' }),
    event('in none', { incident: null }),
  ])
  const poll = (kind: string, at: number) =>
    db.pool.query('INSERT INTO poll_state (source_id, kind, ok_finished_at) VALUES ($1, $2, $3)', [
      sourceId,
      kind,
      new Date(at),
    ])
  await poll('peers', T0 + 60_000)
  await poll('learned', T0 + 90_000)
  const asked = ['first', 'of another session', 'in another incident', 'in none'].map((key) => ({
    id: computeEventId(key),
    kinds: ['peers' as const],
  }))
  const repeats = await readEventRepeats(db.pool, asked)
  expect(asked.map(({ id }) => repeats.get(id)?.count)).toEqual([2, 1, 1, 1])
  expect(new Set([...repeats.values()].map(({ polledAt }) => polledAt))).toEqual(new Set([T0 + 60_000]))
  expect(await readEventRepeats(db.pool, [])).toEqual(new Map())
})

it('counts the incidents of one kind and resource in the 24 h up to each, but none that was left empty', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  const opened = { early: T0 - 25 * MS_PER_HOUR, before: T0 - 2 * MS_PER_HOUR, empty: T0 - MS_PER_HOUR, now: T0 }
  const keys = Object.keys(opened) as (keyof typeof opened)[]
  await upsertEvents(
    db.pool,
    sourceId,
    // the root of the empty incident belongs to another incident
    keys.map((key) => event(`${key} root`, { incident: key === 'empty' ? 'now' : key })),
  )
  const at = { earliest: T0, latest: T0 }
  await upsertIncidents(
    db.pool,
    keys.map((key) => ({
      key,
      scope: 'gw',
      root: `${key} root`,
      severity: 'minor' as const,
      members: [],
      started: at,
      ended: null,
      openedAt: opened[key],
      closedAt: null,
    })),
  )
  const found = await countIncidentRecurrences(db.pool, keys.map(computeEventId))
  const timesOf = (key: keyof typeof opened) => found.get(computeEventId(key))?.openedAt
  expect(timesOf('now')).toEqual([opened.before, opened.now])
  expect(timesOf('before')).toEqual([opened.early, opened.before])
  expect(timesOf('empty')).toEqual([opened.before, opened.empty])
  expect(found.get(computeEventId('early'))?.count).toBe(1)
  expect(await countIncidentRecurrences(db.pool, [])).toEqual(new Map())
})
