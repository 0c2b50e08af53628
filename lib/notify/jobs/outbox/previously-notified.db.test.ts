import { describe, expect, it } from 'vitest'
import { type DetectedEvent, FOLLOWS_NETWORK_FAULT_FLAG, type Severity } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceId, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { requestIncidentEvaluation } from '../../index.ts'
import { TEST_START_TIME } from '../../testing/facts.ts'
import { createTestIncident, recordTestIncident } from '../../testing/incident.ts'
import { createTestWebhookInput, notifyLab, sentReasons } from '../../testing/lab.ts'

const db = withTestDatabase()
const { decideAt, setUp, recordingSender } = notifyLab(db)

const PROVED_AT = 5 * MS_PER_MINUTE
const hooks = [
  createTestWebhookInput('all'),
  createTestWebhookInput('gateways', {
    filters: {
      incidents: true,
      findings: false,
      posture: false,
      hours: null,
      minSeverity: 'warning',
      neededBy: 'nobody' as const,
      scopes: ['gw'],
      kinds: ['peer_lost'],
      owners: [],
    },
  }),
]

/**
 * Records a fault that is proved after its failing polls were notified, so that the polls' event moves to the fault's
 * incident.
 */
async function provedLate(severity: Severity, closedAt: number | null = null): Promise<void> {
  const polls = createTestIncident({ name: 'polls', at: TEST_START_TIME })
  const degraded: DetectedEvent = { ...polls.event, kind: 'collector_degraded', scope: 's1', subject: 'subscription' }
  const fault = createTestIncident({ name: 'fault', at: TEST_START_TIME + PROVED_AT, severity, closedAt })
  const follows = {
    ...degraded,
    flags: [FOLLOWS_NETWORK_FAULT_FLAG],
    partOf: fault.event.key,
    incident: fault.incident.key,
  }
  await db.transaction(async (client) => {
    const sourceId = await getOrCreateSourceId(client, { resourceId: '/subscriptions/s1', subresource: '' })
    await upsertEvents(client, sourceId, [fault.event, follows])
    await upsertIncidents(client, [
      {
        ...polls.incident,
        members: [],
        ended: { earliest: TEST_START_TIME, latest: TEST_START_TIME + PROVED_AT },
        closedAt: TEST_START_TIME + PROVED_AT,
      },
      fault.incident,
    ])
    await requestIncidentEvaluation(client, [polls.id, fault.id], closedAt ?? TEST_START_TIME + PROVED_AT)
  })
}

/** Returns the messages that each channel received, in order, and the message to which each one refers. */
async function received() {
  const { sent, drain } = recordingSender()
  await drain()
  const of = (name: string) => sent.filter(({ channel }) => channel === name)
  const [first] = of('all')
  return {
    all: sentReasons(of('all')),
    gateways: sentReasons(of('gateways')),
    isOneThread: of('all')
      .slice(1)
      .every(({ message }) => message.inReplyTo === first?.message.id),
    continues: of('all')
      .slice(1)
      .map(({ message: { content } }) => ('continues' in content ? content.continues : null)),
  }
}

describe('a fault that is proved after its failing polls were notified', () => {
  const pollsId = createTestIncident({ name: 'polls', at: TEST_START_TIME }).id
  /** Sends the notice of the failing polls to the channel without filters. */
  async function notifyPolls() {
    await setUp(...hooks)
    await recordTestIncident(db, { name: 'polls', at: TEST_START_TIME })
    await db.pool.query(`UPDATE event SET kind = 'collector_degraded', scope = 's1'`)
    await decideAt(2 * MS_PER_MINUTE)
  }

  it('is no second page at the same severity, except to channels that received nothing yet; all receive its closing', async () => {
    await notifyPolls()
    await provedLate('major')
    await decideAt(PROVED_AT + 2 * MS_PER_MINUTE)
    await provedLate('major', TEST_START_TIME + 20 * MS_PER_MINUTE)
    await decideAt(20 * MS_PER_MINUTE)
    expect(await received()).toEqual({
      all: ['opened polls', 'closed fault'],
      gateways: ['opened fault', 'closed fault'],
      isOneThread: true,
      continues: [pollsId],
    })
  })

  it('is notified as raised if it is worse', async () => {
    await notifyPolls()
    await provedLate('critical')
    await decideAt(PROVED_AT + 2 * MS_PER_MINUTE)
    expect(await received()).toMatchObject({
      all: ['opened polls', 'raised fault'],
      gateways: ['opened fault'],
      isOneThread: true,
      continues: [pollsId],
    })
  })

  it('that reopens is notified again', async () => {
    await notifyPolls()
    await provedLate('major')
    await decideAt(PROVED_AT + 2 * MS_PER_MINUTE)
    await provedLate('major', TEST_START_TIME + 20 * MS_PER_MINUTE)
    await decideAt(20 * MS_PER_MINUTE)
    await provedLate('major')
    await decideAt(22 * MS_PER_MINUTE)
    expect((await received()).all).toEqual(['opened polls', 'closed fault', 'opened fault'])
  })

  it('is notified like any other if the polls were not notified', async () => {
    await setUp(...hooks)
    await provedLate('major')
    await decideAt(PROVED_AT + 2 * MS_PER_MINUTE)
    expect(await received()).toMatchObject({ all: ['opened fault'], gateways: ['opened fault'] })
  })
})
