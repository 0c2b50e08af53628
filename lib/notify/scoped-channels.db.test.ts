import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { judgeUnpolledNeed, listAccessScopeTexts } from '#lib/contract/index.ts'
import { HOUR, MINUTE } from '#lib/contract/time/time.ts'
import { computeEventId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  ALPHA,
  ALPHA_SUBSCRIPTION,
  BRAVO,
  BRAVO_SUBSCRIPTION,
  canariesOf,
  feedSharedHub,
  HUB_SUBSCRIPTION,
  INCIDENT,
  leaksIn,
  ownIncident,
  raiseIncidents,
  SCOPES,
} from '#lib/questions/testing/shared-hub.ts'
import type { MessageContent } from './content.ts'
import { requestIncidentEvaluation, replaceChannels } from './index.ts'
import { createMessageSections } from './message/sections.ts'
import { defaultNotifySettings as settings } from './settings.ts'
import { T0 } from './testing/facts.ts'
import { hook, notifyLab, secrets } from './testing/lab.ts'
import { evaluateNoDataAlerts } from './jobs/alerts/no-data-alerts.ts'

const db = withTestDatabase()
const lab = notifyLab(db)

/** Settle time of events that are not critical, because the polls of the hub are an hour apart. */
const SETTLED = HOUR

const scoped = SCOPES.filter(({ name }) => name !== 'nothing')
const EVERYTHING = { name: 'everything', scopes: [] as string[] }
const channels = [EVERYTHING, ...scoped.map(({ name, scope }) => ({ name, scopes: listAccessScopeTexts(scope) }))]

/** Returns all text of a message, in each form in which it is sent. */
const textOf = (content: MessageContent) =>
  JSON.stringify([content, createMessageSections(content, 'https://peerwatch.example')])

const changedAt = async (ids: readonly string[], at: number) =>
  db.transaction((client) => requestIncidentEvaluation(client, ids, at))

beforeAll(() => feedSharedHub(db, T0), 60_000)

describe('each channel', () => {
  const sent = new Map<string, MessageContent[]>()

  beforeEach(async () => {
    sent.clear()
    await lab.setUp(...channels.map(({ name, scopes }) => hook(name, { kind: 'slack', scopes })))
  })

  const deliver = async () => {
    const sender = lab.recordingSender()
    await sender.drain()
    for (const { channel, message } of sender.sent) sent.set(channel, [...(sent.get(channel) ?? []), message.content])
  }
  const decideUntilQuiet = async (at: number, given = settings) => {
    await lab.decideAt(at, given)
    // decisions for scopes follow the decision for everybody
    await lab.decideAt(at, given)
    await deliver()
  }
  const incidentsOf = (channel: string, reason: string) =>
    (sent.get(channel) ?? [])
      .flatMap((content): readonly MessageContent[] => (content.reason === 'digest' ? content.entries : [content]))
      .filter((content) => content.reason === reason)
      .flatMap((content) => ('incidentId' in content && content.incidentId !== null ? [content.incidentId] : []))
      .toSorted()

  const [alpha, bravo] = [ALPHA, BRAVO].map((one) => computeEventId(ownIncident(one))) as [string, string]

  it('reports what its scope sees: openings, repetitions, missing data, digests and ends', async () => {
    const ids = await raiseIncidents(db, T0)
    await changedAt(ids, T0)
    await decideUntilQuiet(SETTLED)
    expect(incidentsOf('everything', 'opened')).toEqual(ids.toSorted())
    expect(incidentsOf('one customer', 'opened')).toContain(alpha)
    expect(incidentsOf('one customer', 'opened')).not.toContain(bravo)
    expect(incidentsOf('the other customer', 'opened')).toContain(bravo)
    expect(incidentsOf('the other customer', 'opened')).not.toContain(alpha)
    expect(incidentsOf('two customers', 'opened')).toEqual(ids.toSorted())

    await evaluateNoDataAlerts(lab.context(), T0)
    await deliver()
    const silent = (channel: string) =>
      (sent.get(channel) ?? []).flatMap((one) => ('kind' in one && one.kind === 'nothing_polled' ? one.scopeName : []))
    expect(silent('one customer')).toEqual(['all subscriptions'])

    await decideUntilQuiet(SETTLED + 31 * MINUTE)
    expect(incidentsOf('one customer', 'repeated')).toContain(alpha)
    expect(incidentsOf('one customer', 'repeated')).not.toContain(bravo)

    const over = { earliest: T0 + SETTLED + 40 * MINUTE, latest: T0 + SETTLED + 41 * MINUTE }
    await changedAt(await raiseIncidents(db, T0, over), over.latest)
    await decideUntilQuiet(SETTLED + 42 * MINUTE)
    await decideUntilQuiet(SETTLED + 50 * MINUTE)
    expect(incidentsOf('everything', 'closed')).toEqual(ids.toSorted())
    expect(incidentsOf('one customer', 'closed')).toEqual(incidentsOf('one customer', 'opened'))
    expect(incidentsOf('the other customer', 'closed')).toEqual(incidentsOf('the other customer', 'opened'))

    const leaks = scoped.flatMap(({ name, hidden }) =>
      (sent.get(name) ?? []).flatMap((content) => leaksIn(textOf(content), hidden).map((leak) => `${name}: ${leak}`)),
    )
    expect(leaks).toEqual([])
    // verify that the searched texts do occur in messages of channels without a scope
    const all = (sent.get('everything') ?? []).map(textOf).join(' ')
    expect(leaksIn(all, [ALPHA.word, BRAVO.word, ALPHA.customer])).toEqual([ALPHA.word, BRAVO.word])
  })

  it('reports a silent subscription that it sees, and of no other', async () => {
    const polls = (subscription: string) =>
      db.pool.query(
        `UPDATE poll_state SET ok_started_at = $2, ok_finished_at = $2, last_finished_at = $2, last_started_at = $2
         WHERE source_id IN (SELECT s.id FROM source s JOIN resource r ON r.id = s.resource_id WHERE r.subscription_id = $1)`,
        [subscription, new Date(T0 + 20 * MINUTE)],
      )
    await polls(HUB_SUBSCRIPTION)
    await polls(ALPHA_SUBSCRIPTION)
    lab.clock().step(T0 + 20 * MINUTE)
    await evaluateNoDataAlerts(lab.context(), T0)
    await deliver()
    const silent = [...sent].filter(([, contents]) => contents.some((one) => textOf(one).includes('nothing_polled')))
    expect(silent.map(([name]) => name).toSorted()).toEqual(['everything', 'the other customer', 'two customers'])
    expect(sent.get('the other customer')?.map(textOf).join(' ')).toContain(BRAVO_SUBSCRIPTION)
    const needs = sent.get('everything')?.flatMap((one) => ('needsYou' in one ? one.needsYou : []))
    expect(needs).toEqual([judgeUnpolledNeed('one', false)])
  })

  it('is sent a digest of what it sees', async () => {
    const ids = await raiseIncidents(db, T0)
    // every notice except critical ones is held
    const storm = { ...settings, 'storm.channel': 0, 'storm.alerts': 0 }
    await changedAt(ids, T0)
    await decideUntilQuiet(SETTLED, storm)
    await decideUntilQuiet(SETTLED + 5 * MINUTE, storm)
    const digests = [...sent].filter(([, contents]) => contents.some(({ reason }) => reason === 'digest'))
    expect(digests.length).toBeGreaterThan(1)
    for (const { name, hidden } of scoped)
      for (const content of sent.get(name) ?? []) expect(leaksIn(textOf(content), hidden), name).toEqual([])
  })

  it('is sent a digest for each customer where it sees several', async () => {
    const storm = { ...settings, 'storm.channel': 0, 'storm.alerts': 0 }
    await changedAt(await raiseIncidents(db, T0), T0)
    await decideUntilQuiet(SETTLED, storm)
    // closings are held, even of critical incidents
    const over = { earliest: T0 + SETTLED + MINUTE, latest: T0 + SETTLED + 2 * MINUTE }
    await changedAt(await raiseIncidents(db, T0, over), over.latest)
    await decideUntilQuiet(SETTLED + 5 * MINUTE, storm)
    await decideUntilQuiet(SETTLED + 10 * MINUTE, storm)
    for (const channel of ['everything', 'two customers']) {
      const digests = (sent.get(channel) ?? []).filter((content) => content.reason === 'digest')
      const owned = digests.map(({ customer, entries }) => ({
        customer,
        ids: new Set(entries.map(({ incidentId }) => incidentId)),
      }))
      expect(owned.toSorted((a, b) => `${a.customer}`.localeCompare(`${b.customer}`))).toEqual([
        { customer: ALPHA.customer, ids: new Set([alpha]) },
        { customer: BRAVO.customer, ids: new Set([computeEventId(INCIDENT), bravo]) },
      ])
    }
  })
})

describe('the scope of a channel', () => {
  const save = (...given: Parameters<typeof replaceChannels>[1]['channels']) =>
    replaceChannels(db, { channels: given }, { clock: lab.clock(), secrets, scopeOf: (id) => id })
  const scopesOf = async () => (await lab.channels()).map(({ scopes }) => scopes)

  it('is everything for a new one, and stays where a PUT leaves it out', async () => {
    await save(hook('noc'))
    expect(await scopesOf()).toEqual([[]])
    const [{ id } = { id: '' }] = await lab.channels()
    await save(hook('noc', { id, scopes: [`subscription:${ALPHA_SUBSCRIPTION.toUpperCase()}`] }))
    expect(await scopesOf()).toEqual([[`subscription:${ALPHA_SUBSCRIPTION}`]])
    await save(hook('noc again', { id }))
    expect(await scopesOf()).toEqual([[`subscription:${ALPHA_SUBSCRIPTION}`]])
  })

  it('drops what waits once it sees less', async () => {
    const [{ id } = { id: '' }] = await lab.setUp(hook('noc'))
    await changedAt(await raiseIncidents(db, T0), T0)
    await lab.decideAt(SETTLED)
    expect((await lab.log()).map(({ state }) => state)).toEqual(['pending', 'pending', 'pending'])
    await save(hook('noc', { id, scopes: [`customer:${ALPHA.customer}`] }))
    expect((await lab.log()).map(({ state }) => state)).toEqual(['dropped', 'dropped', 'dropped'])
    await changedAt(await raiseIncidents(db, T0), T0 + SETTLED)
    await lab.decideAt(SETTLED)
    await lab.decideAt(SETTLED)
    const log = (await lab.log()).filter(({ state }) => state === 'pending')
    expect(log.length).toBeGreaterThan(0)
    expect(leaksIn(JSON.stringify(log), canariesOf(BRAVO))).toEqual([])
  })
})
