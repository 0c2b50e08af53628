import { beforeAll, describe, expect, it, vi } from 'vitest'
import type { DetectedEvent, DetectedIncident, IncidentExplanation } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import type { EventsParameters } from '../api/index.ts'
import { computeEventId, listSources, computeShortId, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { listenToChannel } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { getEvents as innerGetEvents } from './events.ts'
import {
  acknowledgeVisibleIncident as innerAcknowledge,
  assignVisibleIncident as innerAssign,
  getIncident as innerGetIncident,
  getIncidents as innerGetIncidents,
  readRecentAssignees,
  snoozeVisibleIncident as innerSnooze,
} from './incidents.ts'
import { runAsActor, CHANGES_CHANNEL, createDatabaseReaderAsOfMoment } from '#lib/questions/index.ts'
import { getOverview } from '#lib/overview/answers/index.ts'
import { endpoints as overviewEndpoints } from '#lib/overview/api/index.ts'
import { getHandover as innerGetHandover } from './handover.ts'
import { deleteNote, getNotes, changeNote, writeNote } from './notes.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { wrapFunctionWithJsonEncoding } from '#lib/questions/testing/written.ts'
import { endpoints } from '#lib/incidents/api/index.ts'

const getHandover = wrapFunctionWithJsonEncoding(endpoints.handover, innerGetHandover)

const snooze = wrapFunctionWithJsonEncoding(endpoints.incident, innerSnooze)
const assign = wrapFunctionWithJsonEncoding(endpoints.incident, innerAssign)
const acknowledge = wrapFunctionWithJsonEncoding(endpoints.incident, innerAcknowledge)

const getEvents = wrapFunctionWithJsonEncoding(endpoints.events, innerGetEvents)
const getIncident = wrapFunctionWithJsonEncoding(endpoints.incident, innerGetIncident)
const getIncidents = wrapFunctionWithJsonEncoding(endpoints.incidents, innerGetIncidents)

const db = withTestDatabase()
const now = Date.now()
const CIRCUIT = computeShortId(circuitId('ckt-lon'))
const GATEWAY = computeShortId(gatewayId('ergw'))

const at = (ago: number) => ({ earliest: now - ago - MS_PER_MINUTE, latest: now - ago })
const cause = (owner: 'provider' | 'onprem', confidence: number, name = 'link_down') => ({
  class: name,
  owner,
  confidence,
  evidence: [],
  nextStep: 'Call them.',
})
const event = (key: string, ago: number, fields: Partial<DetectedEvent> = {}): DetectedEvent => ({
  key,
  kind: 'session_down',
  severity: 'minor',
  scope: GATEWAY,
  subject: '10.0.4.12~10.0.4.4',
  started: at(ago),
  ended: null,
  duration: null,
  detectedAt: now - ago,
  evidence: [],
  causes: [],
  flags: [],
  ...fields,
})
const incident = (
  key: string,
  root: string,
  ago: number,
  fields: Partial<DetectedIncident> = {},
): DetectedIncident => ({
  key,
  root,
  scope: CIRCUIT,
  severity: 'major',
  members: [],
  started: at(ago),
  ended: null,
  openedAt: now - ago,
  closedAt: null,
  ...fields,
})

const LONDON: IncidentExplanation = { kind: 'location', name: 'London', members: { of: 'circuits', hit: 2, total: 2 } }

const events: DetectedEvent[] = [
  event('path', 20 * MS_PER_MINUTE, {
    kind: 'path_down',
    severity: 'major',
    scope: CIRCUIT,
    subject: 'AzurePrivatePeering/primary',
    causes: [cause('provider', 0.7), cause('onprem', 0.5)],
    flags: ['L2'],
    incident: 'now',
  }),
  event('session', 19 * MS_PER_MINUTE, { partOf: 'path', incident: 'now' }),
  event('ce', 19 * MS_PER_MINUTE, { partOf: 'path', incident: 'now', scope: CIRCUIT, subject: '192.0.2.2~192.0.2.1' }),
  event('old', 20 * MS_PER_HOUR, {
    kind: 'mass_withdraw',
    severity: 'critical',
    ended: at(19 * MS_PER_HOUR),
    incident: 'past',
  }),
  event('lone', 3 * MS_PER_HOUR, {
    kind: 'counter_reset',
    severity: 'info',
    ended: at(3 * MS_PER_HOUR),
    subject: '100%_sure',
  }),
]

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const estate = [
    createCircuitRow('ckt-lon'),
    createGatewayRow('ergw'),
    createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
  ]
  await feed.inventory(now - MS_PER_MINUTE, estate)
  const [source] = await listSources(db.pool)
  await upsertEvents(db.pool, source?.sourceId ?? 0, events)
  await upsertIncidents(db.pool, [
    incident('now', 'path', 20 * MS_PER_MINUTE, { explainedBy: [LONDON] }),
    incident('past', 'old', 20 * MS_PER_HOUR, {
      severity: 'critical',
      scope: GATEWAY,
      closedAt: now - 18 * MS_PER_HOUR,
    }),
  ])
})

const found = async (parameters: Partial<EventsParameters>) =>
  (await getEvents(db, { limit: 100, ...parameters }, now)).data.map(({ id }) => id).toSorted()
const ids = (...keys: string[]) => keys.map(computeEventId).toSorted()

describe('events are chosen by', () => {
  it.each<[string, Partial<EventsParameters>, string[]]>([
    ['kind', { kind: ['path_down', 'mass_withdraw'] }, ['path', 'old']],
    ['severity', { severity: ['info', 'critical'] }, ['old', 'lone']],
    ['owner of the best cause', { owner: ['provider'] }, ['path']],
    ['no cause at all, which nobody owns', { owner: ['unknown'] }, ['session', 'ce', 'old', 'lone']],
    ['another owner than the best', { owner: ['onprem'] }, []],
    ['standing for themselves', { partOf: 'none' }, ['path', 'old', 'lone']],
    ['what they were folded into', { partOf: computeEventId('path') }, ['session', 'ce']],
    ['incident', { incident: computeEventId('past') }, ['old']],
    ['words of the kind', { text: 'mass withdraw' }, ['old']],
    ['words of the subject', { text: '10.0.4.12 10.0.4.4' }, ['session', 'old']],
    ['the name of the place, whatever the case', { text: 'CKT-LON' }, ['path', 'ce']],
    ['the class of a cause', { text: 'link down' }, ['path']],
    ['text that a pattern would read otherwise', { text: '100%_s' }, ['lone']],
    ['several at once', { severity: ['minor'], scope: CIRCUIT, partOf: computeEventId('path') }, ['ce']],
  ])('%s', async (_, parameters, keys) => {
    expect(await found(parameters)).toEqual(ids(...keys))
  })

  it('and each says how many were folded into it', async () => {
    const { data } = await getEvents(db, { kind: ['path_down'], limit: 1 }, now)
    expect(data).toMatchObject([{ parts: 2, flags: ['L2'], cause: { owner: 'provider' } }])
  })

  it('a cursor belongs to its filters', async () => {
    const { nextCursor } = await getEvents(db, { partOf: 'none', limit: 1 }, now)
    await expect(getEvents(db, { limit: 1, cursor: nextCursor ?? '' }, now)).rejects.toThrow(/cursor/)
  })

  it('and rest on the polls that report their kinds', async () => {
    const polled = await getEvents(db, { kind: ['provider_state_changed'], limit: 1, from: now - MS_PER_HOUR }, now)
    expect(new Set(polled.uncovered?.map(({ kind }) => kind))).toEqual(new Set(['inventory']))
    const unpolled = await getEvents(db, { kind: ['bandwidth_high'], limit: 1, from: now - MS_PER_HOUR }, now)
    expect(unpolled).toMatchObject({ covered: false, uncovered: [] })
  })
})

describe('incidents', () => {
  it('of a scope are those with an event there', async () => {
    const ofGateway = await getIncidents(db, { scope: GATEWAY, limit: 10 }, now)
    expect(ofGateway.data.map(({ id }) => id)).toEqual(
      ids('now', 'past').toSorted((a) => (a === computeEventId('now') ? -1 : 1)),
    )
    const ofCircuit = await getIncidents(db, { scope: circuitId('CKT-LON'), state: 'open', limit: 10 }, now)
    expect(ofCircuit.data.map(({ id }) => id)).toEqual([computeEventId('now')])
    const ofKind = await getIncidents(db, { kind: ['mass_withdraw', 'session_down'], limit: 10 }, now)
    expect(
      ofKind.data.map(({ id }) => id),
      'of the root',
    ).toEqual([computeEventId('past')])
  })

  it('of a session are those with an event about it, and no other session’s', async () => {
    const of = async (parameters: { scope?: string; subject: string }) =>
      (await getIncidents(db, { state: 'open', limit: 10, ...parameters }, now)).data.map(({ id }) => id)
    expect(await of({ scope: GATEWAY, subject: '10.0.4.12~10.0.4.4' })).toEqual([computeEventId('now')])
    expect(await of({ scope: GATEWAY, subject: '10.0.4.12~10.0.4.5' })).toEqual([])
    // another resource may have a session with the same name
    expect(await of({ scope: CIRCUIT, subject: '10.0.4.12~10.0.4.4' })).toEqual([])
    expect(await of({ subject: '10.0.4.12~10.0.4.4' })).toEqual([computeEventId('now')])
  })

  it('that are open and not seen any more say since when', async () => {
    const { data } = await getIncident(db, computeEventId('now'), now)
    // only the inventory was ever polled here
    expect(data.unverifiedSince).toBe(new Date(now - 20 * MS_PER_MINUTE).toISOString())
    expect((await getIncident(db, computeEventId('past'), now)).data.unverifiedSince).toBeNull()
  })

  it('say what explains them, where anything does', async () => {
    const { data } = await getIncidents(db, { limit: 10 }, now)
    expect(data.map(({ explainedBy }) => explainedBy)).toEqual([[LONDON], []])
  })

  it('that were left empty lead to the one that what they stood for is a part of', async () => {
    await upsertIncidents(db.pool, [
      incident('left', 'path', 25 * MS_PER_MINUTE, { closedAt: now - 20 * MS_PER_MINUTE }),
    ])
    try {
      const { data } = await getIncident(db, computeEventId('left'), now)
      expect(data).toMatchObject({
        continuedBy: computeEventId('now'),
        root: { id: computeEventId('path') },
        timeline: [],
      })
      expect((await getIncident(db, computeEventId('now'), now)).data.continuedBy).toBeNull()
    } finally {
      await db.pool.query('DELETE FROM incident WHERE key = $1', ['left'])
    }
  })

  it('are about the resource of their root event, also if an event of another resource opened them', async () => {
    const { data } = await getIncident(db, computeEventId('past'), now)
    expect(data).toMatchObject({ scope: GATEWAY, scopeName: 'ergw', root: { scope: GATEWAY } })
  })

  it('that are open come with the worst first, page by page', async () => {
    await upsertIncidents(db.pool, [
      incident('older', 'lone', 50 * MS_PER_MINUTE, { severity: 'critical' }),
      incident('newer', 'lone', 5 * MS_PER_MINUTE, { severity: 'minor' }),
    ])
    try {
      const first = await getIncidents(db, { state: 'open', limit: 2 }, now)
      const { data } = await getIncidents(db, { state: 'open', limit: 2, cursor: first.nextCursor ?? '' }, now)
      const order = [...first.data, ...data].map(({ id }) => id)
      expect(order).toEqual(['older', 'now', 'newer'].map(computeEventId))
    } finally {
      await db.pool.query('DELETE FROM incident WHERE key = ANY ($1)', [['older', 'newer']])
    }
  })

  it('stand on the overview, counted and the worst first', async () => {
    const { data } = await getOverview(db, { mayReadCost: true }, now)
    expect(data.incidents).toMatchObject({ counts: { major: 1 }, open: [{ id: computeEventId('now'), events: 3 }] })
  })
})

describe('taking one on', () => {
  it('is announced to every open page', async () => {
    const received: string[] = []
    const listener = listenToChannel(db.url, CHANGES_CHANNEL, (payload) => received.push(payload))
    try {
      await listener.ready
      await acknowledge(db, computeEventId('now'), null, now)
      await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 30_000 })
      expect(JSON.parse(received[0] ?? '')).toMatchObject({ topics: expect.arrayContaining(['events', 'overview']) })
    } finally {
      await listener.close()
    }
  })
})

it('a snooze is shown until it is over or somebody ends it', async () => {
  const id = computeEventId('now')
  const until = new Date(now + 30 * MS_PER_MINUTE).toISOString()
  const snoozed = async (at: number) => (await getIncident(db, id, at)).data.snoozed
  expect(await snoozed(now)).toBeNull()
  expect((await snooze(db, id, 30, now)).data.snoozed).toEqual({ until, at: new Date(now).toISOString(), by: 'local' })
  expect((await getIncidents(db, { limit: 10 }, now)).data.find((one) => one.id === id)?.snoozed?.until).toBe(until)
  expect(await snoozed(now + 30 * MS_PER_MINUTE)).toBeNull()
  await snooze(db, id, 0, now + MS_PER_MINUTE)
  expect(await snoozed(now + MS_PER_MINUTE)).toBeNull()
  await expect(snooze(db, 'none', 30, now)).rejects.toThrow(/no incident none/)
})

it('are chosen by the time in which they lasted, and as of a moment are as they were', async () => {
  const within = async (from: number, to: number) =>
    (await getIncidents(db, { from: now - from, to: now - to, limit: 10 }, now)).data.map(({ id }) => id)
  expect(await within(19 * MS_PER_HOUR, 18.5 * MS_PER_HOUR)).toEqual(ids('past'))
  expect(await within(17 * MS_PER_HOUR, MS_PER_HOUR)).toEqual([])
  expect(await within(MS_PER_HOUR, 0)).toEqual(ids('now'))
  const asOf = async (ago: number) =>
    (await getIncidents(createDatabaseReaderAsOfMoment(db, now - ago, now), { limit: 10 }, now - ago)).data.map(
      ({ id, state }) => [id, state],
    )
  expect(await asOf(21 * MS_PER_HOUR)).toEqual([])
  expect(await asOf(19 * MS_PER_HOUR)).toEqual([[computeEventId('past'), 'open']])
  expect(await asOf(MS_PER_HOUR)).toEqual([[computeEventId('past'), 'closed']])
})

describe('assigning one', () => {
  const id = computeEventId('now')
  const to = async (assignee: string | null, note: string | null = null, at = now) =>
    (await assign(db, id, { assignee, note }, at)).data
  const found = async (query: { assigned?: 'yes' | 'no'; assignee?: string }) =>
    (await getIncidents(db, { ...query, limit: 10 }, now)).data.map((one) => one.id)

  it('says who works on it and how that came about; the same again changes nothing', async () => {
    expect((await getIncident(db, id, now)).data).toMatchObject({ assigned: null, assignments: [] })
    const ann = { assignee: 'Ann', by: 'local', at: new Date(now - 2 * MS_PER_MINUTE).toISOString(), note: null }
    expect(await to('Ann', null, now - 2 * MS_PER_MINUTE)).toMatchObject({ assigned: ann, assignments: [ann] })
    expect(await to('Ann', null, now - MS_PER_MINUTE)).toMatchObject({ assigned: ann, assignments: [ann] })
    const ben = { assignee: 'Ben', by: 'local', at: new Date(now).toISOString(), note: 'next shift' }
    expect(await to('Ben', 'next shift')).toMatchObject({ assigned: ben, assignments: [ann, ben] })
    expect((await getHandover(db, { since: now - MS_PER_HOUR }, now)).data.stillOpen).toMatchObject([{ assigned: ben }])
    const overview = overviewEndpoints.overview.response.parse(await getOverview(db, { mayReadCost: false }, now))
    expect(overview.data.incidents.open).toMatchObject([{ assigned: ben }])
  })

  it('is the same whoever asks first', async () => {
    await Promise.all([1, 2, 3].map(() => to('Cat')))
    const { assignments } = (await getIncident(db, id, now)).data
    expect(assignments.filter(({ assignee }) => assignee === 'Cat')).toHaveLength(1)
  })

  it('finds those of somebody, whatever the case, and those of nobody', async () => {
    expect(await found({ assignee: 'CAT' })).toEqual([id])
    expect(await found({ assignee: 'Ben' })).toEqual([])
    expect(await found({ assigned: 'yes' })).toEqual([id])
    expect(await found({ assigned: 'no' })).toEqual([computeEventId('past')])
    expect(await readRecentAssignees(db, now)).toEqual(['Cat', 'Ben', 'Ann'])
  })

  it('to nobody is part of how it came about, and needs somebody before', async () => {
    expect(await to(null)).toMatchObject({ assigned: null })
    const { assignments } = await to(null)
    expect(assignments.map(({ assignee }) => assignee)).toEqual(['Ann', 'Ben', 'Cat', null])
    expect(await found({ assigned: 'yes' })).toEqual([])
    await assign(db, computeEventId('past'), { assignee: null, note: null }, now)
    expect((await getIncident(db, computeEventId('past'), now)).data.assignments).toEqual([])
  })

  it('is announced to every open page, and refused where there is none of that id', async () => {
    const received: string[] = []
    const listener = listenToChannel(db.url, CHANGES_CHANNEL, (payload) => received.push(payload))
    try {
      await listener.ready
      await to('Ann')
      await vi.waitFor(() => expect(received).toHaveLength(1), { timeout: 30_000 })
      expect(JSON.parse(received[0] ?? '')).toMatchObject({ topics: expect.arrayContaining(['events', 'overview']) })
    } finally {
      await listener.close()
    }
    await expect(assign(db, 'none', { assignee: 'Ann', note: null }, now)).rejects.toThrow(/no incident none/)
  })
})

describe('a shift', () => {
  it('hands over what was opened, closed, is open and was acknowledged since', async () => {
    await acknowledge(db, computeEventId('now'), 'rang them', now - MS_PER_MINUTE)
    const handed = async (since: number) => {
      const { data } = await getHandover(db, { since }, now)
      const { opened, closed, stillOpen, acknowledged } = data
      return [opened, closed, stillOpen, acknowledged].map((incidents) => incidents.map(({ id }) => id))
    }
    const [open, past] = [computeEventId('now'), computeEventId('past')]
    expect(await handed(now - 30_000)).toEqual([[], [], [open], []])
    expect(await handed(now - 12 * MS_PER_HOUR)).toEqual([[open], [], [open], [open]])
    expect(await handed(now - 19 * MS_PER_HOUR)).toEqual([[open], [past], [open], [open]])
    expect(await handed(now - 24 * MS_PER_HOUR)).toEqual([[open, past], [past], [open], [open]])
  })

  it('covers the last 12 hours by default, lists gaps, and refuses the future', async () => {
    const { data } = await getHandover(db, {}, now)
    expect(data.since).toBe(new Date(now - 12 * MS_PER_HOUR).toISOString())
    expect(data.gaps).toContainEqual(expect.objectContaining({ kind: 'inventory', from: data.since }))
    await expect(getHandover(db, { since: now + 1 }, now)).rejects.toThrow(/future/)
  })
})

describe('the impact of an incident', () => {
  const impactOf = async () => (await getIncident(db, computeEventId('now'), now)).data.impact

  it('says by the polls of its gateways whether the prefixes are known, in lists as on its page', async () => {
    const feed = createTestPollRecorder(db)
    const unknown = { prefixesLost: null, prefixesRerouted: null }
    expect(await impactOf()).toMatchObject({
      ...unknown,
      routes: 'not_polled',
      summary: 'Prefix impact unknown: routes are not polled; one path of ckt-lon down.',
    })
    await feed.learned(now - 30 * MS_PER_MINUTE, 'ergw', [learnedRoute('10.1.0.0/16')])
    await feed.schedule({ kind: 'learned', resourceId: gatewayId('ergw') })
    expect(await impactOf()).toMatchObject({ ...unknown, routes: 'not_read' })
    await feed.learned(now - 30_000, 'ergw', [learnedRoute('10.1.0.0/16')])
    const none = { atLeast: 0, atMost: 0 }
    const unread = { before: null, since: null, change: null }
    const read = {
      routes: 'read',
      prefixesLost: none,
      prefixesRerouted: none,
      prefixesCovered: none,
      prefixesOnDefault: none,
      unread: [],
      traffic: { state: 'not_polled', toAzure: unread, fromAzure: unread },
      summary: 'No prefix cut off; one path of ckt-lon down.',
    }
    expect(await impactOf()).toEqual(read)
    const { data } = await getIncidents(db, { state: 'open', limit: 10 }, now)
    expect(data.map(({ impact }) => impact)).toEqual([read])
  })

  it('of one that is over is what happened in it', async () => {
    const { data } = await getIncident(db, computeEventId('past'), now)
    expect(data.impact.summary).toMatch(/^At least 1 prefix was withdrawn/)
  })
})

it('counts what is what repeats in the 24 h before, by kind and resource, whatever path it is', async () => {
  const again = (key: string, ago: number, subject: string, kind: DetectedEvent['kind'] = 'session_down') =>
    event(key, ago, { kind, scope: 'elsewhere', subject, ended: at(ago - MS_PER_MINUTE), incident: key })
  const openings = [
    ['long-ago', 70 * MS_PER_HOUR],
    ['first', 50 * MS_PER_HOUR],
    ['second', 49 * MS_PER_HOUR],
    ['third', 30 * MS_PER_HOUR],
  ] as const
  const [source] = await listSources(db.pool)
  await upsertEvents(db.pool, source?.sourceId ?? 0, [
    ...openings.map(([key, ago], n) => again(key, ago, `path ${n}`)),
    again('other-kind', 30 * MS_PER_HOUR, 'path', 'path_down'),
  ])
  const done = { ended: at(29 * MS_PER_HOUR), closedAt: now - 29 * MS_PER_HOUR, scope: 'elsewhere' }
  await upsertIncidents(db.pool, [
    ...openings.map(([key, ago]) => incident(key, key, ago, done)),
    incident('other-kind', 'other-kind', 30 * MS_PER_HOUR, done),
    // an empty incident, whose events moved to the first incident
    incident('empty', 'first', 49.5 * MS_PER_HOUR, done),
  ])
  const of = async (key: string) => (await getIncident(db, computeEventId(key), now)).data.recurrence
  const openedAt = (...hours: number[]) => hours.map((hour) => new Date(now - hour * MS_PER_HOUR).toISOString())
  const key = 'session_down/elsewhere'
  expect(await of('long-ago')).toEqual({ key, count: 1, openedAt: openedAt(70) })
  expect(await of('third')).toEqual({ key, count: 3, openedAt: openedAt(50, 49, 30) })
  expect(await of('other-kind')).toMatchObject({ count: 1 })
  const listed = (await getIncidents(db, { limit: 100 }, now)).data
  expect(listed.find(({ id }) => id === computeEventId('third'))?.recurrence?.count).toBe(3)
})

describe('notes', () => {
  const isoAgo = (ago: number) => new Date(now - ago).toISOString()
  const textsOf = async (parameters: Parameters<typeof getNotes>[1]) =>
    (await getNotes(db, parameters)).data.map(({ text }) => text)
  const ids: Record<string, string> = {}

  beforeAll(async () => {
    const write = async (scope: string, text: string, from: number, to?: number) => {
      const body = { scope, text, from: isoAgo(from), ...(to !== undefined && { to: isoAgo(to) }) }
      const { data } = await runAsActor('ann', () => writeNote(db, body))
      ids[text] = data.id
    }
    await write(CIRCUIT, 'rerouted', 60 * MS_PER_MINUTE)
    await write(circuitId('ckt-lon').toUpperCase(), 'at work', 50 * MS_PER_MINUTE, 40 * MS_PER_MINUTE)
    await write(GATEWAY, 'rebooted', 30 * MS_PER_MINUTE)
    await write('estate', 'storm', 20 * MS_PER_MINUTE)
  })

  it.each<[string, Parameters<typeof getNotes>[1], string[]]>([
    ['all, the latest first', {}, ['storm', 'rebooted', 'at work', 'rerouted']],
    ['of one resource, with those of the estate', { scope: [CIRCUIT] }, ['storm', 'at work', 'rerouted']],
    ['of several', { scope: [CIRCUIT, GATEWAY] }, ['storm', 'rebooted', 'at work', 'rerouted']],
    ['that touch a time', { from: now - 45 * MS_PER_MINUTE, to: now - 25 * MS_PER_MINUTE }, ['rebooted', 'at work']],
  ])('are chosen: %s', async (_, parameters, texts) => {
    expect(await textsOf(parameters)).toEqual(texts)
  })

  it('are signed when written and when changed, announced, and gone when deleted', async () => {
    const announced: string[] = []
    const listener = listenToChannel(db.url, CHANGES_CHANNEL, (payload) => announced.push(payload))
    try {
      await listener.ready
      const id = ids.rebooted as string
      const { data } = await runAsActor('ben', () =>
        changeNote(db, id, { text: 'replaced', from: isoAgo(35 * MS_PER_MINUTE) }),
      )
      expect(data).toMatchObject({ scopeName: 'ergw', writtenBy: 'ann', changedBy: 'ben', text: 'replaced', to: null })
      expect((await deleteNote(db, id)).data.text).toBe('replaced')
      await expect(changeNote(db, id, { text: 'x', from: isoAgo(0) })).rejects.toThrow('there is no note')
      await vi.waitFor(() => expect(announced).toHaveLength(2), { timeout: 30_000 })
    } finally {
      await listener.close()
    }
  })

  it('are about the past: a moment before they were written has them too', async () => {
    const before = { scope: CIRCUIT, text: 'x', from: new Date(Date.now() + MS_PER_MINUTE).toISOString() }
    await expect(writeNote(db, before)).rejects.toThrow('future')
    const reader = createDatabaseReaderAsOfMoment(db, now - 55 * MS_PER_MINUTE, now)
    expect((await getNotes(reader, {})).data.map(({ text }) => text)).toContain('rerouted')
  })
})

it('what came back is recovered, unless it keeps falling', async () => {
  const [source] = await listSources(db.pool)
  const fell = event('fell', 3 * MS_PER_HOUR, {
    kind: 'path_down',
    severity: 'major',
    scope: CIRCUIT,
    incident: 'held',
  })
  const flaps = event('flaps', 3 * MS_PER_HOUR, { kind: 'session_flapping', incident: 'held' })
  await upsertIncidents(db.pool, [incident('held', 'fell', 3 * MS_PER_HOUR, { started: at(4 * MS_PER_HOUR) })])
  await upsertEvents(db.pool, source?.sourceId ?? 0, [fell, flaps])
  expect((await getIncident(db, computeEventId('held'), now)).data).toMatchObject({
    phase: 'ongoing',
    endedBetween: null,
  })

  await upsertEvents(db.pool, source?.sourceId ?? 0, [{ ...fell, ended: at(2 * MS_PER_HOUR) }, flaps])
  const { data } = await getIncident(db, computeEventId('held'), now)
  const ended = [at(2 * MS_PER_HOUR).earliest, at(2 * MS_PER_HOUR).latest].map((ms) => new Date(ms).toISOString())
  expect(data).toMatchObject({ state: 'open', phase: 'recovered', endedBetween: ended })
  // no poll has shown the sessions of the circuit since the recovery
  expect(data.unverifiedSince).toBe(ended[1])
  expect(data.needsYou).toMatchObject({
    when: 'today',
    reason: expect.stringMatching(/^recovered at .+ polls are late$/),
  })
  const { data: listed } = await getIncidents(db, { limit: 10 }, now)
  expect(listed.find(({ id }) => id === computeEventId('held'))).toMatchObject({
    phase: 'recovered',
    endedBetween: ended,
  })

  const again = { ...fell, key: 'again', started: at(90 * MS_PER_MINUTE), ended: at(80 * MS_PER_MINUTE) }
  await upsertEvents(db.pool, source?.sourceId ?? 0, [again])
  const { data: flapping } = await getIncident(db, computeEventId('held'), now)
  expect(flapping).toMatchObject({ phase: 'ongoing', flapping: { outages: 2, seconds: 5_400 } })
  const began = [at(3 * MS_PER_HOUR).earliest, at(3 * MS_PER_HOUR).latest].map((ms) => new Date(ms).toISOString())
  expect(flapping).toMatchObject({ startedBetween: began })
  const { data: handover } = await getHandover(db, {}, now)
  expect(handover.stillOpen[0]?.id).toBe(flapping.id)
})

it('a change of paths lasts for certain only while the tables of gateways were polled', async () => {
  const feed = createTestPollRecorder(db)
  const [source] = await listSources(db.pool)
  const [began, ended] = [2 * MS_PER_HOUR, 62 * MS_PER_MINUTE]
  await feed.learned(now - 123 * MS_PER_MINUTE, 'ergw-away', [learnedRoute('10.9.0.0/16')])
  await feed.schedule({ kind: 'learned', resourceId: gatewayId('ergw-away') })
  for (const minutes of [122, 121, 120, 119, 64, 63, 62, 61])
    await feed.learned(now - minutes * MS_PER_MINUTE, 'ergw-away', [learnedRoute('10.9.0.0/16')])
  const shift = { kind: 'best_path_shift', scope: CIRCUIT, subject: 'ckt-lon > ckt-ams', incident: 'shift' } as const
  const duration = { minMs: began - ended - MS_PER_MINUTE, maxMs: began - ended + MS_PER_MINUTE }
  await upsertEvents(db.pool, source?.sourceId ?? 0, [event('shift', began, { ...shift, ended: at(ended), duration })])
  await upsertIncidents(db.pool, [incident('shift', 'shift', began, { ended: at(ended), closedAt: now - MS_PER_HOUR })])
  const { data } = await getIncident(db, computeEventId('shift'), now)
  const [from, to] = [119, 64].map((minutes) => now - minutes * MS_PER_MINUTE) as [number, number]
  const minutesOf = (span: { from: string; to: string | null }) =>
    [span.from, span.to].map((time) => Math.round((now - Date.parse(time ?? '')) / MS_PER_MINUTE))
  expect(data.timeline[0]?.notObserved?.map(minutesOf)).toEqual([[119, 64]])
  expect(data.outages[0]?.certain.map(minutesOf)).toEqual([
    [120, 119],
    [64, 63],
  ])
  expect(data.timeline[0]?.duration?.atLeastSeconds).toBeLessThan((began - ended - (to - from)) / 1_000)
})
