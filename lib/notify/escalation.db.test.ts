import { beforeEach, describe, expect, it } from 'vitest'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { type EscalationSettingsBody, escalationPolicyInputSchema, onCallRotationInputSchema } from './api/index.ts'
import { acknowledgeIncident } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createMessageSections } from './message/sections.ts'
import { readEscalationSettings, replaceEscalationSettings } from './answers/manage-escalation.ts'
import { isAlertingReceived } from './index.ts'
import { TEST_START_TIME } from './testing/facts.ts'
import { recordTestIncident } from './testing/incident.ts'
import { createTestWebhookInput, notifyLab, type SentChannelMessage } from './testing/lab.ts'

const db = withTestDatabase()
const { clock, decideAt, setUp, recordingSender } = notifyLab(db)
beforeEach(() => db.pool.query('TRUNCATE escalation_policy, on_call_rotation'))

const save = (body: Partial<EscalationSettingsBody>) =>
  replaceEscalationSettings(db, { policies: [], rotations: [], ...body }, { clock: clock() })
const read = (now = TEST_START_TIME) => readEscalationSettings(db, 'everything', now)

/** Returns a channel that receives only escalations. */
const person = (name: string, more: object = {}) =>
  createTestWebhookInput(name, { filters: { ...createTestWebhookInput('').filters, incidents: false }, ...more })
const policyOf = (steps: [wait: number, ...targets: object[]][], more: object = {}) =>
  escalationPolicyInputSchema.parse({
    name: 'Core',
    steps: steps.map(([waitMinutes, ...targets]) => ({ waitMinutes, targets })),
    ...more,
  })
const said = (sent: readonly SentChannelMessage[]) =>
  sent.map(({ channel, message: { content } }) => {
    const step = 'escalation' in content && content.escalation ? ` ${content.escalation.step}` : ''
    return `${content.reason}${step} ${channel}`
  })

it('an incident is received by a channel that takes incidents, or by a step of a policy, and otherwise by nobody', async () => {
  expect(await isAlertingReceived(db.pool, TEST_START_TIME)).toBe(false)
  await setUp(createTestWebhookInput('off', { enabled: false }))
  expect(await isAlertingReceived(db.pool, TEST_START_TIME)).toBe(false)
  const [ann] = await setUp(person('ann'))
  expect(await isAlertingReceived(db.pool, TEST_START_TIME)).toBe(false)
  await save({ policies: [policyOf([[5, { channel: ann?.id }]])] })
  expect(await isAlertingReceived(db.pool, TEST_START_TIME)).toBe(true)
  await save({})
  await setUp(createTestWebhookInput('all'))
  expect(await isAlertingReceived(db.pool, TEST_START_TIME)).toBe(true)
})

const NEED = 'Needs you today: its polls are late; its effect on routes is unknown, because polls are late.'

describe('an escalation', () => {
  it('takes each step once, to whoever is on call then, and ends with the acknowledgement', async () => {
    const [ann, ben, boss] = await setUp(person('ann'), person('ben'), person('boss'))
    const turns = onCallRotationInputSchema.parse({
      name: 'Network',
      zone: 'UTC',
      startsOn: '2030-03-03',
      handover: '10:20',
      days: 1,
      members: [ann?.id, ben?.id],
    })
    await save({ rotations: [turns] })
    const rotation = (await read()).rotations[0]
    expect(rotation).toMatchObject({ now: { channel: ann?.id }, next: { channel: ben?.id } })
    const onCall = { rotation: rotation?.id }
    await save({
      rotations: [{ ...turns, id: rotation?.id }],
      policies: [
        policyOf([
          [5, onCall],
          [30, onCall],
          [30, { channel: boss?.id }],
        ]),
      ],
    })
    const id = await recordTestIncident(db, { name: 'x', at: TEST_START_TIME })
    const { sent, drain } = recordingSender()
    // the first notification follows a poll; each decision is made by a new process, as after restarts
    for (const minute of [1, 5, 6, 7, 35, 36, 37, 45]) {
      await decideAt(minute * MS_PER_MINUTE)
      await decideAt(minute * MS_PER_MINUTE)
      await drain()
    }
    // the hand-over is at 10:20
    expect(said(sent)).toEqual(['escalated 1 ann', 'escalated 2 ben'])
    await acknowledgeIncident(db.pool, id, { by: 'ben', note: null, at: TEST_START_TIME + 50 * MS_PER_MINUTE })
    for (const minute of [50, 75, 120]) await decideAt(minute * MS_PER_MINUTE)
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, closedAt: TEST_START_TIME + 3 * MS_PER_HOUR })
    await decideAt(3 * MS_PER_HOUR)
    await drain()
    // only the notified people receive the acknowledgement and the end
    expect(said(sent).slice(2).toSorted()).toEqual(['acknowledged ann', 'acknowledged ben', 'closed ann', 'closed ben'])
  })

  it('says since when nobody acknowledged, and which step of which policy it is', async () => {
    const [noc] = await setUp(person('noc'))
    await save({ policies: [policyOf([[15, { channel: noc?.id }]], { repeat: { times: 1, afterMinutes: 30 } })] })
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    for (const minute of [1, 15, 16, 17, 45, 46, 60]) await decideAt(minute * MS_PER_MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(
      sent.map(({ message: { content } }) => createMessageSections(content, null).flatMap(listSectionLines)[0]?.text),
    ).toEqual([
      `${NEED} Nobody has acknowledged this incident since 2030-03-04 10:01:00 UTC: step 1 of 1 of the policy Core.`,
      `${NEED} Nobody has acknowledged this incident since 2030-03-04 10:01:00 UTC: step 1 of 1 of the policy Core, round 2.`,
    ])
  })

  it('is written with its state, or not at all', async () => {
    const [noc] = await setUp(person('noc'))
    await save({ policies: [policyOf([[0, { channel: noc?.id }]])] })
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await db.pool.query(
      `CREATE FUNCTION fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'out of disk'; END $$;
       CREATE TRIGGER fail BEFORE UPDATE OF escalations ON alert_state FOR EACH ROW EXECUTE FUNCTION fail()`,
    )
    await decideAt(MS_PER_MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent).toEqual([])
    await db.pool.query('DROP TRIGGER fail ON alert_state; DROP FUNCTION fail()')
    await decideAt(3 * MS_PER_MINUTE)
    await decideAt(4 * MS_PER_MINUTE)
    await drain()
    expect(said(sent)).toEqual(['escalated 1 noc'])
  })

  it('reaches a channel outside its hours, and none that is turned off or for less severe incidents', async () => {
    const hours = { zone: 'UTC', windows: [{ days: ['sun' as const], from: '12:00', to: '13:00' }], outside: 'hold' }
    const [night, off] = await setUp(
      person('night', { filters: { ...createTestWebhookInput('').filters, hours } }),
      person('off', { enabled: false }),
    )
    const both = [{ channel: night?.id }, { channel: off?.id }] as const
    await save({
      policies: [
        policyOf([[0, ...both]], { minSeverity: 'critical' }),
        policyOf([[0, ...both]], { name: 'off', enabled: false }),
      ],
    })
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    await recordTestIncident(db, { name: 'y', at: TEST_START_TIME, severity: 'major' })
    for (const minute of [1, 2, 3]) await decideAt(minute * MS_PER_MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(said(sent)).toEqual(['escalated 1 night'])
  })

  it('goes on at once after a step that reaches nobody', async () => {
    const [off, boss] = await setUp(person('off', { enabled: false }), person('boss'))
    await save({
      policies: [
        policyOf([
          [5, { channel: off?.id }],
          [30, { channel: boss?.id }],
        ]),
      ],
    })
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    const { sent, drain } = recordingSender()
    for (const minute of [1, 5, 6, 7]) await decideAt(minute * MS_PER_MINUTE)
    await drain()
    expect(said(sent)).toEqual(['escalated 2 boss'])
  })

  it('is decided by what the scope of a channel sees', async () => {
    const [red, all] = await setUp(person('red', { scopes: ['customer:Red'] }), person('all'))
    await save({ policies: [policyOf([[0, { channel: red?.id }, { channel: all?.id }]])] })
    await recordTestIncident(db, { name: 'x', at: TEST_START_TIME, severity: 'critical' })
    for (const minute of [1, 2]) await decideAt(minute * MS_PER_MINUTE)
    const { sent, drain } = recordingSender()
    await drain()
    // no part of the incident belongs to Red
    expect(said(sent)).toEqual(['escalated 1 all'])
  })
})

describe('policies and rotations', () => {
  it('are seen by whose scope sees all of their channels', async () => {
    const [red, all] = await setUp(person('red', { scopes: ['customer:Red'] }), person('all'))
    await save({
      policies: [
        policyOf([[0, { channel: red?.id }]], { name: 'of Red' }),
        policyOf(
          [
            [0, { channel: red?.id }],
            [5, { channel: all?.id }],
          ],
          { name: 'of all' },
        ),
      ],
    })
    const seen = await readEscalationSettings(db, { subscriptions: [], customers: ['Red'] }, TEST_START_TIME)
    expect(JSON.stringify(seen)).not.toContain(all?.id)
    expect(seen.policies.map(({ name }) => name)).toEqual(['of Red'])
    expect(seen.channels.map(({ name }) => name)).toEqual(['red'])
    expect((await read()).policies).toHaveLength(2)
  })

  it('name channels that exist, and are saved by one at a time', async () => {
    const [noc] = await setUp(person('noc'))
    await expect(save({ policies: [policyOf([[0, { channel: 'ch_none' }]])] })).rejects.toThrow(/ch_none/)
    await expect(save({ policies: [policyOf([[0, { rotation: 'oc_none' }]])] })).rejects.toThrow(/oc_none/)
    const { version } = await read()
    await save({ policies: [policyOf([[0, { channel: noc?.id }]])], version })
    await expect(save({ version })).rejects.toThrow(/changed in the meantime/)
  })
})
