import { describe, expect, it } from 'vitest'
import type { AccessScope } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { readManualSendsOfIncident } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listAllowedRecipients, sendIncident } from '../index.ts'
import type { IncidentSendRequest } from './send-incident.ts'
import { TEST_START_TIME } from '../testing/facts.ts'
import { recordTestIncident } from '../testing/incident.ts'
import { createTestWebhookInput, notifyLab, sentReasons } from '../testing/lab.ts'

const db = withTestDatabase()
const lab = notifyLab(db)

const BRAVO = ['customer:bravo']
const SCOPED: AccessScope = { subscriptions: [], customers: ['bravo'] }
/** A channel that receives incidents only if they are sent to it manually. */
const quiet = { filters: { ...createTestWebhookInput('x').filters, incidents: false } }

const send = (incidentId: string, channelId: string, more: Partial<IncidentSendRequest> = {}) =>
  sendIncident(lab.context(), { incidentId, channelId, note: null, by: 'ann', scope: 'everything', ...more })

const open = () => recordTestIncident(db, { name: 'x', severity: 'critical', at: TEST_START_TIME })

describe('an incident that is sent to a channel', () => {
  it('is one message through the outbox, whatever the filters and the hours of the channel, and noted with its incident', async () => {
    const [channel] = await lab.setUp(createTestWebhookInput('NOC', quiet))
    const id = await open()
    const queued = await send(id, channel?.id ?? '', { note: 'for you' })
    expect(queued).toMatchObject({ channelName: 'NOC', reason: 'sent', state: 'pending', incidentId: id })
    expect(await readManualSendsOfIncident(db.pool, id)).toMatchObject([
      { by: 'ann', note: 'for you', channelName: 'NOC', state: 'pending' },
    ])
    const sender = lab.recordingSender()
    await sender.drain()
    expect(sentReasons(sender.sent)).toEqual(['sent x'])
    expect(sender.sent[0]?.message.content).toMatchObject({
      sent: { by: 'ann', note: 'for you' },
      severity: 'critical',
    })
    expect(await readManualSendsOfIncident(db.pool, id)).toMatchObject([
      { state: 'delivered', deliveredAt: TEST_START_TIME },
    ])
  })

  it('is the same message again within a minute, also at once, and another one later, by another or with another note', async () => {
    const [channel] = await lab.setUp(createTestWebhookInput('NOC', quiet))
    const id = await open()
    const ids = await Promise.all([1, 2, 3].map(async () => (await send(id, channel?.id ?? '')).id))
    expect(new Set(ids).size).toBe(1)
    const others = [await send(id, channel?.id ?? '', { by: 'ben' }), await send(id, channel?.id ?? '', { note: 'x' })]
    lab.clock().advance(MS_PER_MINUTE)
    others.push(await send(id, channel?.id ?? ''))
    expect(new Set([ids[0], ...others.map((one) => one.id)]).size).toBe(4)
    expect(await lab.log()).toHaveLength(4)
  })

  it('was received: its end follows', async () => {
    const [channel] = await lab.setUp(createTestWebhookInput('NOC', quiet), createTestWebhookInput('other'))
    const id = await open()
    await lab.decideAt(MS_PER_MINUTE)
    await send(id, channel?.id ?? '')
    await recordTestIncident(db, {
      name: 'x',
      severity: 'critical',
      at: TEST_START_TIME,
      closedAt: TEST_START_TIME + 5 * MS_PER_MINUTE,
    })
    await lab.decideAt(5 * MS_PER_MINUTE)
    const toNoc = (await lab.log()).filter(({ channelName }) => channelName === 'NOC').map(({ reason }) => reason)
    expect(toNoc.toSorted()).toEqual(['closed', 'sent'])
  })

  it('is refused by a channel that would keep it open for ever', async () => {
    const service = { kind: 'pagerduty', name: 'Pager', region: 'us', secret: 'a'.repeat(32) } as never
    const [pager] = await lab.setUp({
      ...createTestWebhookInput('x'),
      ...quiet,
      ...(service as object),
      url: undefined,
    } as never)
    const id = await open()
    await expect(send(id, pager?.id ?? '')).rejects.toThrow(/keeps an incident open/)
    expect(await listAllowedRecipients(db.pool, 'everything')).toMatchObject([{ name: 'Pager', keepsOpen: true }])
    await lab.decideAt(MS_PER_MINUTE)
    expect(await send(id, pager?.id ?? '')).toMatchObject({ reason: 'sent' })
  })

  it('is refused for channels that are turned off, gone or of another scope, and where there is no such incident', async () => {
    const [all, scoped, off] = await lab.setUp(
      createTestWebhookInput('all'),
      createTestWebhookInput('bravo', { scopes: BRAVO }),
      createTestWebhookInput('off', { enabled: false }),
    )
    const id = await open()
    expect((await listAllowedRecipients(db.pool, 'everything')).map(({ name }) => name)).toEqual(['all', 'bravo'])
    expect((await listAllowedRecipients(db.pool, SCOPED)).map(({ name }) => name)).toEqual(['bravo'])
    await expect(send(id, 'ch_none')).rejects.toThrow(/no channel ch_none/)
    await expect(send(id, off?.id ?? '')).rejects.toThrow(/turned off/)
    await expect(send(id, all?.id ?? '', { scope: SCOPED })).rejects.toThrow(/no channel/)
    await expect(send('none', all?.id ?? '')).rejects.toThrow(/no incident none/)
    // no part of the incident belongs to bravo
    await expect(send(id, scoped?.id ?? '')).rejects.toThrow(/sees nothing of this incident/)
    expect(await lab.log()).toEqual([])
  })

  it('is refused after thirty in ten minutes', async () => {
    const [channel] = await lab.setUp(createTestWebhookInput('NOC', quiet))
    const id = await open()
    for (let n = 0; n < 30; n += 1) await send(id, channel?.id ?? '', { note: `${n}` })
    await expect(send(id, channel?.id ?? '', { note: 'x' })).rejects.toMatchObject({ retryAfterSeconds: 600 })
    lab.clock().advance(10 * MS_PER_MINUTE)
    expect(await send(id, channel?.id ?? '', { note: 'x' })).toMatchObject({ state: 'pending' })
  })
})
