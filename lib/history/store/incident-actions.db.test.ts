import { beforeAll, describe, expect, it } from 'vitest'
import type { DetectedIncident } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readEventsOfIncidents, readIncidentEventTimes } from '../read/events/open-events.ts'
import { createDownEvent } from '../testing/event.ts'
import { createTestPollSource } from '../testing/feed.ts'
import { assignIncident, listAssignments, listRecentAssignees } from '#lib/incidents/store/index.ts'
import { computeEventId, upsertEvents } from './events.ts'
import { readIncidentById } from '../read/events/list-incidents.ts'
import { snoozeIncident, upsertIncidents } from './incidents.ts'
import { addManualSend, findSameManualSend, readManualSendsOfIncident, readManualSendTimes } from './manual-sends.ts'

const db = withTestDatabase()
const T = Date.parse('2026-11-20T03:00:00Z')
const [first, second] = ['first', 'second'].map(computeEventId) as [string, string]

const incident = (key: string): DetectedIncident => ({
  key,
  scope: 'gw',
  root: `${key} lost`,
  severity: 'minor',
  members: [],
  started: { earliest: T, latest: T },
  ended: null,
  openedAt: T,
  closedAt: null,
})

beforeAll(async () => {
  const { sourceId } = await createTestPollSource(db)
  await upsertEvents(db.pool, sourceId, [
    createDownEvent('first lost', T, { incident: 'first' }),
    createDownEvent('first flaps', T, { incident: 'first', kind: 'session_flap', ended: { earliest: T, latest: T } }),
    createDownEvent('second lost', T, { incident: 'second' }),
  ])
  await upsertIncidents(db.pool, [incident('first'), incident('second')])
})

it('events of incidents are those of the kinds that are asked for, over or not', async () => {
  const of = async (ids: string[], kinds: Parameters<typeof readEventsOfIncidents>[2]) =>
    (await readEventsOfIncidents(db.pool, ids, kinds)).map(({ key }) => key).toSorted()
  expect(await of([first], ['session_down', 'session_flap'])).toEqual(['first flaps', 'first lost'])
  expect(await of([first, second], ['session_down'])).toEqual(['first lost', 'second lost'])
  expect(await of([], ['session_down'])).toEqual([])
})

it('when they lasted is known of all kinds, by incident', async () => {
  const times = await readIncidentEventTimes(db.pool, [first, second])
  const own = new Map(
    times.flatMap(({ incidentId, ...one }) => (incidentId === first ? [[one.kind, one] as const] : [])),
  )
  expect(own.get('session_flap')?.ended).toEqual({ earliest: T, latest: T })
  expect(own.get('session_down')).toMatchObject({ ended: null, started: { latest: T } })
  expect(times.filter(({ incidentId }) => incidentId === second)).toHaveLength(1)
  expect(await readIncidentEventTimes(db.pool, [])).toEqual([])
})

it('the latest snooze counts, whoever groups the incident again', async () => {
  const snoozed = async () => (await readIncidentById(db.pool, first))?.incident.snoozed
  expect(await snoozed()).toBeNull()
  expect(await snoozeIncident(db.pool, first, { until: T + 9, by: 'ann', at: T })).toBe(true)
  expect(await snoozeIncident(db.pool, first, { until: T + 2, by: 'ben', at: T + 1 })).toBe(true)
  await upsertIncidents(db.pool, [incident('first')])
  expect(await snoozed()).toEqual({ until: T + 2, by: 'ben', at: T + 1 })
  expect(await snoozeIncident(db.pool, 'none', { until: T, by: 'ann', at: T })).toBe(false)
})

describe('assignments', () => {
  const assign = (id: string, assignee: string | null, at: number, note: string | null = null) =>
    db.transaction((client) => assignIncident(client, id, { assignee, by: 'ann', at, note }))

  it('are kept in order, the same again only with a note', async () => {
    expect(await assign(first, 'Ben', T)).toBe(true)
    await assign(first, 'Ben', T + 1)
    await assign(first, 'Ben', T + 2, 'still')
    await assign(first, null, T + 3)
    await assign(second, null, T)
    expect(await assign('none', 'Ben', T)).toBe(false)
    const kept = await listAssignments(db.pool, first)
    expect(kept.map(({ assignee, at, note }) => [assignee, at, note])).toEqual([
      ['Ben', T, null],
      ['Ben', T + 2, 'still'],
      [null, T + 3, null],
    ])
    expect(await listAssignments(db.pool, second)).toEqual([])
  })

  it('name the latest first, since a moment', async () => {
    await assign(second, 'Cat', T + MS_PER_MINUTE)
    expect(await listRecentAssignees(db.pool, T, 10)).toEqual(['Cat', 'Ben'])
    expect(await listRecentAssignees(db.pool, T, 1)).toEqual(['Cat'])
    expect(await listRecentAssignees(db.pool, T + MS_PER_MINUTE, 10)).toEqual(['Cat'])
  })
})

describe('sends', () => {
  const send = { incidentId: first, channelId: 'ch_1', by: 'ann', note: null }
  const add = (notificationId: string, at: number, more: Partial<typeof send> = {}) =>
    addManualSend(db.pool, { ...send, ...more, notificationId, channelName: 'NOC', audience: '', at })

  it('are counted, and found again by all that they have in common', async () => {
    await add('m1', T)
    await add('m2', T + MS_PER_MINUTE, { by: 'ben' })
    expect(await readManualSendTimes(db.pool, T - 1)).toEqual([T, T + MS_PER_MINUTE])
    expect(await readManualSendTimes(db.pool, T)).toEqual([T + MS_PER_MINUTE])
    expect(await findSameManualSend(db.pool, send, T - 1)).toBe('m1')
    expect(await findSameManualSend(db.pool, send, T)).toBeNull()
    expect(await findSameManualSend(db.pool, { ...send, note: 'x' }, T - 1)).toBeNull()
    expect(await findSameManualSend(db.pool, { ...send, channelId: 'ch_2' }, T - 1)).toBeNull()
  })

  it('say what became of them, as long as the log does', async () => {
    await db.pool.query(
      `INSERT INTO notification (id, channel_id, channel_name, reason, severity, alerts, content, state, created_at, delivered_at)
       VALUES ('m2', 'ch_1', 'NOC', 'sent', 'minor', '{}', '{}', 'delivered', $1, $1)`,
      [new Date(T + MS_PER_MINUTE).toISOString()],
    )
    expect(await readManualSendsOfIncident(db.pool, first)).toMatchObject([
      { by: 'ann', at: T, state: null, deliveredAt: null },
      { by: 'ben', at: T + MS_PER_MINUTE, state: 'delivered', deliveredAt: T + MS_PER_MINUTE },
    ])
    expect(await readManualSendsOfIncident(db.pool, second)).toEqual([])
  })
})
