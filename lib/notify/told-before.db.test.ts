import { describe, expect, it } from 'vitest'
import { type DetectedEvent, FOLLOWS_FAULT, type Severity } from '#lib/contract/index.ts'
import { ensureSource, upsertEvents, upsertIncidents } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { incidentsChanged } from './index.ts'
import { MINUTE, T0 } from './testing/facts.ts'
import { incidentOf, record } from './testing/incident.ts'
import { hook, notifyLab, told } from './testing/lab.ts'

const db = withTestDatabase()
const { decideAt, setUp, wayOut } = notifyLab(db)

const PROVED_AT = 5 * MINUTE
const hooks = [
  hook('all'),
  hook('gateways', { filters: { minSeverity: 'warning', scopes: ['gw'], kinds: ['peer_lost'], owners: [] } }),
]

/** Polls fail and that is told; then the fault is proved that explains it, and takes their event out of the incident that stood for it. */
async function provedLate(severity: Severity, closedAt: number | null = null): Promise<void> {
  const polls = incidentOf({ name: 'polls', at: T0 })
  const degraded: DetectedEvent = { ...polls.event, kind: 'collector_degraded', scope: 's1', subject: 'subscription' }
  const fault = incidentOf({ name: 'fault', at: T0 + PROVED_AT, severity, closedAt })
  const follows = { ...degraded, flags: [FOLLOWS_FAULT], partOf: fault.event.key, incident: fault.incident.key }
  await db.transaction(async (client) => {
    const sourceId = await ensureSource(client, { resourceId: '/subscriptions/s1', part: '' })
    await upsertEvents(client, sourceId, [fault.event, follows])
    await upsertIncidents(client, [
      { ...polls.incident, members: [], ended: { earliest: T0, latest: T0 + PROVED_AT }, closedAt: T0 + PROVED_AT },
      fault.incident,
    ])
    await incidentsChanged(client, [polls.id, fault.id], closedAt ?? T0 + PROVED_AT)
  })
}

/** What each channel got, in order, and to which of its messages it refers. */
async function heard() {
  const { sent, drain } = wayOut()
  await drain()
  const of = (name: string) => sent.filter(({ channel }) => channel === name)
  const [first] = of('all')
  return {
    all: told(of('all')),
    gateways: told(of('gateways')),
    isOneThread: of('all')
      .slice(1)
      .every(({ message }) => message.inReplyTo === first?.message.id),
    continues: of('all')
      .slice(1)
      .map(({ message: { content } }) => ('continues' in content ? content.continues : null)),
  }
}

describe('a fault that is proved after it was told that polls fail', () => {
  const pollsId = incidentOf({ name: 'polls', at: T0 }).id
  /** The polls' notice goes to whoever asks for everything. */
  async function tellOfPolls() {
    await setUp(...hooks)
    await record(db, { name: 'polls', at: T0 })
    await db.pool.query(`UPDATE event SET kind = 'collector_degraded', scope = 's1'`)
    await decideAt(2 * MINUTE)
  }

  it('is no second page of the same severity, but to those who heard of nothing yet; its end is told to all', async () => {
    await tellOfPolls()
    await provedLate('major')
    await decideAt(PROVED_AT + 2 * MINUTE)
    await provedLate('major', T0 + 20 * MINUTE)
    await decideAt(20 * MINUTE)
    expect(await heard()).toEqual({
      all: ['opened polls', 'closed fault'],
      gateways: ['opened fault', 'closed fault'],
      isOneThread: true,
      continues: [pollsId],
    })
  })

  it('is told as worse where it is', async () => {
    await tellOfPolls()
    await provedLate('critical')
    await decideAt(PROVED_AT + 2 * MINUTE)
    expect(await heard()).toMatchObject({
      all: ['opened polls', 'raised fault'],
      gateways: ['opened fault'],
      isOneThread: true,
      continues: [pollsId],
    })
  })

  it('that opens again is told anew', async () => {
    await tellOfPolls()
    await provedLate('major')
    await decideAt(PROVED_AT + 2 * MINUTE)
    await provedLate('major', T0 + 20 * MINUTE)
    await decideAt(20 * MINUTE)
    await provedLate('major')
    await decideAt(22 * MINUTE)
    expect((await heard()).all).toEqual(['opened polls', 'closed fault', 'opened fault'])
  })

  it('is told as any other where nobody was told of the polls', async () => {
    await setUp(...hooks)
    await provedLate('major')
    await decideAt(PROVED_AT + 2 * MINUTE)
    expect(await heard()).toMatchObject({ all: ['opened fault'], gateways: ['opened fault'] })
  })
})
