import { beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { judgeUnpolledNeed, listAccessScopeTexts } from '#lib/contract/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { computeEventId } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  ALPHA_TEST_CUSTOMER,
  ALPHA_SUBSCRIPTION_ID,
  BRAVO_TEST_CUSTOMER,
  BRAVO_SUBSCRIPTION_ID,
  listTextsToHideOfTestCustomer,
  feedSharedHub,
  HUB_OWNER_SUBSCRIPTION_ID,
  INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS,
  findLeakedHiddenTexts,
  formatIncidentIdOfTestCustomer,
  recordIncidentsOfTestCustomers,
  ACCESS_SCOPES_WITH_TEXTS_TO_HIDE,
} from '#lib/questions/testing/shared-hub.ts'
import type { MessageContent } from './content.ts'
import { requestIncidentEvaluation, replaceChannels } from './index.ts'
import { createMessageSections } from './message/sections.ts'
import { defaultNotifySettings as settings } from './settings.ts'
import { TEST_START_TIME } from './testing/facts.ts'
import { createTestWebhookInput, notifyLab, testSecretEncryption } from './testing/lab.ts'
import { evaluateNoDataAlerts } from './jobs/alerts/no-data-alerts.ts'

const db = withTestDatabase()
const lab = notifyLab(db)

/** Settle time of events that are not critical, because the polls of the hub are an hour apart. */
const SETTLED = MS_PER_HOUR

const scoped = ACCESS_SCOPES_WITH_TEXTS_TO_HIDE.filter(({ name }) => name !== 'nothing')
const EVERYTHING = { name: 'everything', scopes: [] as string[] }
const channels = [EVERYTHING, ...scoped.map(({ name, scope }) => ({ name, scopes: listAccessScopeTexts(scope) }))]

/** Returns all text of a message, in each form in which it is sent. */
const textOf = (content: MessageContent) =>
  JSON.stringify([content, createMessageSections(content, 'https://peerwatch.example')])

const changedAt = async (ids: readonly string[], at: number) =>
  db.transaction((client) => requestIncidentEvaluation(client, ids, at))

beforeAll(() => feedSharedHub(db, TEST_START_TIME), 60_000)

describe('each channel', () => {
  const sent = new Map<string, MessageContent[]>()

  beforeEach(async () => {
    sent.clear()
    await lab.setUp(...channels.map(({ name, scopes }) => createTestWebhookInput(name, { kind: 'slack', scopes })))
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

  const [alpha, bravo] = [ALPHA_TEST_CUSTOMER, BRAVO_TEST_CUSTOMER].map((one) =>
    computeEventId(formatIncidentIdOfTestCustomer(one)),
  ) as [string, string]

  it('reports what its scope sees: openings, repetitions, missing data, digests and ends', async () => {
    const ids = await recordIncidentsOfTestCustomers(db, TEST_START_TIME)
    await changedAt(ids, TEST_START_TIME)
    await decideUntilQuiet(SETTLED)
    expect(incidentsOf('everything', 'opened')).toEqual(ids.toSorted())
    expect(incidentsOf('one customer', 'opened')).toContain(alpha)
    expect(incidentsOf('one customer', 'opened')).not.toContain(bravo)
    expect(incidentsOf('the other customer', 'opened')).toContain(bravo)
    expect(incidentsOf('the other customer', 'opened')).not.toContain(alpha)
    expect(incidentsOf('two customers', 'opened')).toEqual(ids.toSorted())

    await evaluateNoDataAlerts(lab.context(), TEST_START_TIME)
    await deliver()
    const silent = (channel: string) =>
      (sent.get(channel) ?? []).flatMap((one) => ('kind' in one && one.kind === 'nothing_polled' ? one.scopeName : []))
    expect(silent('one customer')).toEqual(['all subscriptions'])

    await decideUntilQuiet(SETTLED + 31 * MS_PER_MINUTE)
    expect(incidentsOf('one customer', 'repeated')).toContain(alpha)
    expect(incidentsOf('one customer', 'repeated')).not.toContain(bravo)

    const over = {
      earliest: TEST_START_TIME + SETTLED + 40 * MS_PER_MINUTE,
      latest: TEST_START_TIME + SETTLED + 41 * MS_PER_MINUTE,
    }
    await changedAt(await recordIncidentsOfTestCustomers(db, TEST_START_TIME, over), over.latest)
    await decideUntilQuiet(SETTLED + 42 * MS_PER_MINUTE)
    await decideUntilQuiet(SETTLED + 50 * MS_PER_MINUTE)
    expect(incidentsOf('everything', 'closed')).toEqual(ids.toSorted())
    expect(incidentsOf('one customer', 'closed')).toEqual(incidentsOf('one customer', 'opened'))
    expect(incidentsOf('the other customer', 'closed')).toEqual(incidentsOf('the other customer', 'opened'))

    const leaks = scoped.flatMap(({ name, hidden }) =>
      (sent.get(name) ?? []).flatMap((content) =>
        findLeakedHiddenTexts(textOf(content), hidden).map((leak) => `${name}: ${leak}`),
      ),
    )
    expect(leaks).toEqual([])
    // verify that the searched texts do occur in messages of channels without a scope
    const all = (sent.get('everything') ?? []).map(textOf).join(' ')
    expect(
      findLeakedHiddenTexts(all, [ALPHA_TEST_CUSTOMER.word, BRAVO_TEST_CUSTOMER.word, ALPHA_TEST_CUSTOMER.customer]),
    ).toEqual([ALPHA_TEST_CUSTOMER.word, BRAVO_TEST_CUSTOMER.word])
  })

  it('reports a silent subscription that it sees, and of no other', async () => {
    const polls = (subscription: string) =>
      db.pool.query(
        `UPDATE poll_state SET ok_started_at = $2, ok_finished_at = $2, last_finished_at = $2, last_started_at = $2
         WHERE source_id IN (SELECT s.id FROM source s JOIN resource r ON r.id = s.resource_id WHERE r.subscription_id = $1)`,
        [subscription, new Date(TEST_START_TIME + 20 * MS_PER_MINUTE)],
      )
    await polls(HUB_OWNER_SUBSCRIPTION_ID)
    await polls(ALPHA_SUBSCRIPTION_ID)
    lab.clock().step(TEST_START_TIME + 20 * MS_PER_MINUTE)
    await evaluateNoDataAlerts(lab.context(), TEST_START_TIME)
    await deliver()
    const silent = [...sent].filter(([, contents]) => contents.some((one) => textOf(one).includes('nothing_polled')))
    expect(silent.map(([name]) => name).toSorted()).toEqual(['everything', 'the other customer', 'two customers'])
    expect(sent.get('the other customer')?.map(textOf).join(' ')).toContain(BRAVO_SUBSCRIPTION_ID)
    const needs = sent.get('everything')?.flatMap((one) => ('needsYou' in one ? one.needsYou : []))
    expect(needs).toEqual([judgeUnpolledNeed('one', false)])
  })

  it('is sent a digest of what it sees', async () => {
    const ids = await recordIncidentsOfTestCustomers(db, TEST_START_TIME)
    // every notice except critical ones is held
    const storm = { ...settings, 'storm.channel': 0, 'storm.alerts': 0 }
    await changedAt(ids, TEST_START_TIME)
    await decideUntilQuiet(SETTLED, storm)
    await decideUntilQuiet(SETTLED + 5 * MS_PER_MINUTE, storm)
    const digests = [...sent].filter(([, contents]) => contents.some(({ reason }) => reason === 'digest'))
    expect(digests.length).toBeGreaterThan(1)
    for (const { name, hidden } of scoped)
      for (const content of sent.get(name) ?? [])
        expect(findLeakedHiddenTexts(textOf(content), hidden), name).toEqual([])
  })

  it('is sent a digest for each customer where it sees several', async () => {
    const storm = { ...settings, 'storm.channel': 0, 'storm.alerts': 0 }
    await changedAt(await recordIncidentsOfTestCustomers(db, TEST_START_TIME), TEST_START_TIME)
    await decideUntilQuiet(SETTLED, storm)
    // closings are held, even of critical incidents
    const over = {
      earliest: TEST_START_TIME + SETTLED + MS_PER_MINUTE,
      latest: TEST_START_TIME + SETTLED + 2 * MS_PER_MINUTE,
    }
    await changedAt(await recordIncidentsOfTestCustomers(db, TEST_START_TIME, over), over.latest)
    await decideUntilQuiet(SETTLED + 5 * MS_PER_MINUTE, storm)
    await decideUntilQuiet(SETTLED + 10 * MS_PER_MINUTE, storm)
    for (const channel of ['everything', 'two customers']) {
      const digests = (sent.get(channel) ?? []).filter((content) => content.reason === 'digest')
      const owned = digests.map(({ customer, entries }) => ({
        customer,
        ids: new Set(entries.map(({ incidentId }) => incidentId)),
      }))
      expect(owned.toSorted((a, b) => `${a.customer}`.localeCompare(`${b.customer}`))).toEqual([
        { customer: ALPHA_TEST_CUSTOMER.customer, ids: new Set([alpha]) },
        {
          customer: BRAVO_TEST_CUSTOMER.customer,
          ids: new Set([computeEventId(INCIDENT_ID_OF_BOTH_TEST_CUSTOMERS), bravo]),
        },
      ])
    }
  })
})

describe('the scope of a channel', () => {
  const save = (...given: Parameters<typeof replaceChannels>[1]['channels']) =>
    replaceChannels(db, { channels: given }, { clock: lab.clock(), secrets: testSecretEncryption, scopeOf: (id) => id })
  const scopesOf = async () => (await lab.channels()).map(({ scopes }) => scopes)

  it('is everything for a new one, and stays where a PUT leaves it out', async () => {
    await save(createTestWebhookInput('noc'))
    expect(await scopesOf()).toEqual([[]])
    const [{ id } = { id: '' }] = await lab.channels()
    await save(createTestWebhookInput('noc', { id, scopes: [`subscription:${ALPHA_SUBSCRIPTION_ID.toUpperCase()}`] }))
    expect(await scopesOf()).toEqual([[`subscription:${ALPHA_SUBSCRIPTION_ID}`]])
    await save(createTestWebhookInput('noc again', { id }))
    expect(await scopesOf()).toEqual([[`subscription:${ALPHA_SUBSCRIPTION_ID}`]])
  })

  it('drops what waits once it sees less', async () => {
    const [{ id } = { id: '' }] = await lab.setUp(createTestWebhookInput('noc'))
    await changedAt(await recordIncidentsOfTestCustomers(db, TEST_START_TIME), TEST_START_TIME)
    await lab.decideAt(SETTLED)
    expect((await lab.log()).map(({ state }) => state)).toEqual(['pending', 'pending', 'pending'])
    await save(createTestWebhookInput('noc', { id, scopes: [`customer:${ALPHA_TEST_CUSTOMER.customer}`] }))
    expect((await lab.log()).map(({ state }) => state)).toEqual(['dropped', 'dropped', 'dropped'])
    await changedAt(await recordIncidentsOfTestCustomers(db, TEST_START_TIME), TEST_START_TIME + SETTLED)
    await lab.decideAt(SETTLED)
    await lab.decideAt(SETTLED)
    const log = (await lab.log()).filter(({ state }) => state === 'pending')
    expect(log.length).toBeGreaterThan(0)
    expect(findLeakedHiddenTexts(JSON.stringify(log), listTextsToHideOfTestCustomer(BRAVO_TEST_CUSTOMER))).toEqual([])
  })
})
