import { expect, it } from 'vitest'
import type { Cause, DetectedEvent, Evidence } from '#lib/contract/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getOrCreateSourceId } from '../../store/sources.ts'
import { computeEventId, upsertEvents } from '../../store/events.ts'
import { readEventIdsInPeriod } from '#lib/routes/store/index.ts'
import { listEvents, readEventsById } from './list-events.ts'
import { mergeErrorIntoSharedEvent } from '../polls/polled-targets.ts'

const T0 = Date.UTC(2026, 10, 20, 3)
const GATEWAY = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways/gw'
const db = withTestDatabase()

const evidence: Evidence = {
  field: 'state',
  before: 1,
  after: 2,
  sampledBefore: { earliest: T0, latest: T0 },
  sampledAfter: null,
}
const cause: Cause = {
  class: 'link_loss',
  owner: 'provider',
  confidence: 0.7,
  evidence: [evidence],
  nextStep: 'Call them.',
}
const event = (key: string): DetectedEvent => ({
  key,
  kind: 'session_down',
  severity: 'minor',
  scope: 'gw',
  subject: key,
  started: { earliest: T0, latest: T0 },
  ended: null,
  duration: null,
  detectedAt: T0,
  evidence: [evidence],
  causes: [cause],
  flags: ['unconfirmed'],
})

it('a row whose JSON is damaged is listed without it and flagged, and fails no other', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  const damage: Record<string, string> = {
    whole: `detail = '{}'`,
    'no list': `causes = '{}', evidence = 'null', detail = '7'`,
    'one of two': `causes = causes || '[null]', evidence = evidence || '[{"field": 7}]'`,
    'no owner': `causes = '[{"class": "x", "owner": "me", "confidence": 1, "nextStep": ""}]'`,
    'no bounds': `evidence = '[{"field": "x", "sampledBefore": 5}]'`,
  }
  await upsertEvents(db.pool, sourceId, Object.keys(damage).map(event))
  for (const [key, set] of Object.entries(damage)) {
    await db.pool.query(`UPDATE event SET ${set} WHERE id = $1`, [computeEventId(key)])
  }
  const { rows } = await listEvents(db.pool, { limit: 10 })
  const listed = rows.map((row) => [row.subject, row.causes.map((one) => one.class), row.evidence.length, row.flags])
  const damaged = ['unconfirmed', 'unreadable']
  expect(listed.toSorted()).toEqual([
    ['no bounds', ['link_loss'], 0, damaged],
    ['no list', ['unknown_cause'], 0, damaged],
    ['no owner', ['unknown_cause'], 1, damaged],
    ['one of two', ['link_loss'], 1, damaged],
    ['whole', ['link_loss'], 1, ['unconfirmed']],
  ])
  expect((await listEvents(db.pool, { limit: 10, text: 'link loss' })).rows).toHaveLength(3)
})

it('events around a moment are those that may have lasted then, of the asked scopes', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  const at = (minutes: number) => ({ earliest: T0 + minutes * 60_000, latest: T0 + (minutes + 1) * 60_000 })
  const lasting = (key: string, started: number, ended: number | null, scope = 'around') => ({
    ...event(key),
    scope,
    started: at(started),
    ended: ended === null ? null : at(ended),
  })
  await upsertEvents(db.pool, sourceId, [
    lasting('over', 0, 8),
    lasting('maybe', 1, 9),
    lasting('open', 2, null),
    lasting('inside', 12, 13),
    lasting('elsewhere', 12, 13, 'other'),
    lasting('later', 21, 22),
  ])
  const window = { from: T0 + 10 * 60_000, to: T0 + 20 * 60_000 }
  const around = (limit: number) => readEventIdsInPeriod(db.pool, { scopes: ['around'], ...window, limit })
  expect(await around(9)).toEqual(['maybe', 'open', 'inside'].map(computeEventId))
  expect(await around(1)).toEqual([computeEventId('maybe')])
})

it('an error becomes a part of the ongoing shared fault of its subscription with one of the given causes', async () => {
  const sourceId = await getOrCreateSourceId(db.pool, { resourceId: GATEWAY, subresource: '' })
  const subscriptionId = await getOrCreateSourceId(db.pool, { resourceId: '/subscriptions/s', subresource: '' })
  await upsertEvents(db.pool, sourceId, [{ ...event('error'), kind: 'collector_error' }])
  await upsertEvents(db.pool, subscriptionId, [{ ...event('shared'), kind: 'collector_degraded' }])
  const getShared = async () => (await readEventsById(db.pool, [computeEventId('error')]))[0]?.partOf ?? null
  await mergeErrorIntoSharedEvent(db.pool, computeEventId('error'), ['unknown_cause'])
  expect(await getShared()).toBeNull()
  await mergeErrorIntoSharedEvent(db.pool, computeEventId('error'), ['link_loss'])
  expect(await getShared()).toBe(computeEventId('shared'))
})
