import { describe, expect, it } from 'vitest'
import { MS_PER_DAY, MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createAlertsPayload } from '../../channels/alertmanager.ts'
import { createPagerDutyEvents } from '../../channels/pagerduty.ts'
import { createWebhookFields } from '../../channels/webhook.ts'
import type { PredictedLoss } from '../../rules/predicted-loss.ts'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import { createMessageSections } from '../../message/sections.ts'
import { formatMessageTitle } from '../../message/message-text.ts'
import { createTestWebhookInput, notifyLab } from '../../testing/lab.ts'
import { writePredictedLossNotices } from './predicted-loss-notices.ts'

const db = withTestDatabase()
const { setUp, recordingSender, decide } = notifyLab(db)
/** Start of the announced work, a Thursday. */
const FROM = Date.UTC(2030, 2, 14, 2)
const LEADS = { '7 days': 7 * MS_PER_DAY, '1 day': MS_PER_DAY, '1 hour': MS_PER_HOUR }
const leadAt = (now: number) => Object.entries(LEADS).findLast(([, ms]) => FROM - now <= ms && now < FROM)?.[0] ?? null

const loss = (now: number, more: Partial<PredictedLoss> = {}): PredictedLoss => ({
  id: 'lon',
  from: FROM,
  to: FROM + 2 * MS_PER_HOUR,
  lead: leadAt(now),
  severity: 'major',
  scopes: ['c1'],
  name: 'erc-lon',
  windows: ['w1'],
  titles: ['Fibre work'],
  summary: 'erc-lon maintenance: 14 prefixes cut off',
  says: 'strands',
  strandedPrefixes: 14,
  ...more,
})
/** @param moved time by which the window was moved; null = it was cancelled */
async function run(now: number, losses: readonly PredictedLoss[] | null, moved: number | null = 0) {
  const windows = moved === null ? [] : [{ id: 'w1', from: FROM + moved, to: FROM + moved + 2 * MS_PER_HOUR }]
  await writePredictedLossNotices(db, now, async () => losses && { losses, windows })
}

async function titles(...names: string[]) {
  const { sent, drain } = recordingSender()
  await drain()
  const own = sent.filter(({ channel }) => names.length === 0 || names.includes(channel))
  return own.map(({ message: { content } }) => formatMessageTitle(content))
}

describe('notices of what announced work takes away', () => {
  it('are sent once for each lead, and not before the first', async () => {
    await setUp(createTestWebhookInput('noc'))
    for (const before of [
      8 * MS_PER_DAY,
      7 * MS_PER_DAY,
      6 * MS_PER_DAY,
      MS_PER_DAY,
      MS_PER_DAY - MS_PER_MINUTE,
      MS_PER_HOUR,
      5 * MS_PER_MINUTE,
    ])
      await run(FROM - before, [loss(FROM - before)])
    // the work has begun, which needs no notice
    await run(FROM, [])
    const what = 'Thu 2030-03-14 02:00-04:00 UTC erc-lon maintenance: 14 prefixes cut off'
    expect(await titles()).toEqual([
      `[MAJOR, IN 7 DAYS] ${what}`,
      `[MAJOR, IN 1 DAY] ${what}`,
      `[MAJOR, IN 1 HOUR] ${what}`,
    ])
  })

  it('are sent again when they say something else, at most once an hour, and not for one prefix of many', async () => {
    await setUp(
      createTestWebhookInput('noc'),
      createTestWebhookInput('worst', { filters: { ...createTestWebhookInput('').filters, minSeverity: 'major' } }),
    )
    const at = FROM - 3 * MS_PER_DAY
    await run(at, [loss(at)])
    await run(at + 2 * MS_PER_HOUR, [loss(at, { strandedPrefixes: 13, summary: '13 prefixes cut off' })])
    await run(at + 30 * MS_PER_MINUTE, [loss(at, { says: 'exposed' })])
    expect(await titles('noc')).toHaveLength(1)
    // channels that received the notice are notified of every change, even to a harmless one
    await run(at + 3 * MS_PER_HOUR, [
      loss(at, { says: 'exposed', severity: 'minor', summary: 'exposed', strandedPrefixes: 0 }),
    ])
    await run(at + 5 * MS_PER_HOUR, [
      loss(at, { says: 'exposed', severity: 'minor', summary: 'exposed', strandedPrefixes: 0 }),
    ])
    expect(await titles('worst')).toEqual(['[CHANGED, MINOR, IN 7 DAYS] Thu 2030-03-14 02:00-04:00 UTC exposed'])
  })

  it('are withdrawn when the window is cancelled or takes nothing any more, and begin again when it does', async () => {
    await setUp(createTestWebhookInput('noc'))
    const at = FROM - 3 * MS_PER_DAY
    await run(at, [loss(at)])
    // null = not computed, which withdraws nothing
    await run(at + MS_PER_MINUTE, null)
    await run(at + 2 * MS_PER_MINUTE, [])
    await run(at + 3 * MS_PER_MINUTE, [loss(at)])
    await run(at + 4 * MS_PER_MINUTE, [], MS_PER_DAY)
    await run(at + 5 * MS_PER_MINUTE, [loss(at)])
    await run(at + 6 * MS_PER_MINUTE, [], null)
    await run(at + 7 * MS_PER_MINUTE, [], null)
    await run(at + 8 * MS_PER_MINUTE, [loss(at)])
    await run(at + 9 * MS_PER_MINUTE, [loss(at, { id: 'both', windows: ['w1', 'w2'] })])
    const { sent, drain } = recordingSender()
    await drain()
    const said = sent.map(({ message: { content } }) => [
      createWebhookFields(content, null).type,
      listSectionLines(createMessageSections(content, null)[0] ?? { heading: '', blocks: [] })[0]?.text,
    ])
    expect(said).toEqual([
      [
        'ahead.opened',
        'Announced work will remove paths. It begins within 7 days. The effect is calculated with the current routes.',
      ],
      ['ahead.withdrawn', 'Withdrawn: the work is still announced, but would no longer remove any path.'],
      [
        'ahead.opened',
        'Announced work will remove paths. It begins within 7 days. The effect is calculated with the current routes.',
      ],
      ['ahead.withdrawn', 'Withdrawn: the work was moved to another time.'],
      [
        'ahead.opened',
        'Announced work will remove paths. It begins within 7 days. The effect is calculated with the current routes.',
      ],
      ['ahead.withdrawn', 'Withdrawn: it is not announced for this time any more.'],
      [
        'ahead.opened',
        'Announced work will remove paths. It begins within 7 days. The effect is calculated with the current routes.',
      ],
      ['ahead.withdrawn', expect.stringMatching(/^Withdrawn: more work was announced for this time/)],
      [
        'ahead.opened',
        'Announced work will remove paths. It begins within 7 days. The effect is calculated with the current routes.',
      ],
    ])
  })

  it('pass the filters of channels, and open no incident', async () => {
    const filters = (more: object) => ({ filters: { ...createTestWebhookInput('').filters, ...more } })
    await setUp(
      createTestWebhookInput('other circuit', filters({ scopes: ['c2'] })),
      createTestWebhookInput('other kind', filters({ kinds: ['path_down'] })),
      createTestWebhookInput('critical', filters({ minSeverity: 'critical' })),
      createTestWebhookInput('own', filters({ scopes: ['c1'], kinds: ['loss_ahead'] })),
    )
    const at = FROM - MS_PER_DAY
    await run(at, [loss(at), loss(at, { id: 'unknown', severity: 'info' })])
    // the decider of incidents does not touch these alerts
    expect(await decide()).toBe(0)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent.map(({ channel }) => channel)).toEqual(['own'])
    const { rows } = await db.pool.query('SELECT 1 FROM incident')
    expect(rows).toEqual([])
  })

  it('end where they stay open: when work begins, or is withdrawn', async () => {
    await setUp(
      createTestWebhookInput('noc'),
      createTestWebhookInput('pager', { kind: 'pagerduty', secret: 'k'.repeat(32), region: 'us' } as object),
    )
    const at = FROM - MS_PER_HOUR
    await run(at, [loss(at)])
    await run(FROM, [])
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent.map(({ channel, message }) => [channel, message.content.reason])).toEqual(
      expect.arrayContaining([
        ['noc', 'opened'],
        ['pager', 'opened'],
        ['pager', 'closed'],
      ]),
    )
    expect(sent).toHaveLength(3)
    const events = sent
      .filter(({ channel }) => channel === 'pager')
      .map(({ message: { content } }) =>
        JSON.parse(createPagerDutyEvents(content, 'key', 'https://pw.example')[0] ?? '{}'),
      )
    expect(events).toMatchObject([
      {
        event_action: 'trigger',
        dedup_key: 'peerwatch:loss_ahead:c1:2030-03-14T02:00Z',
        client_url: 'https://pw.example/resilience?tab=weeks-ahead',
      },
      { event_action: 'resolve', dedup_key: 'peerwatch:loss_ahead:c1:2030-03-14T02:00Z' },
    ])
    const closed = sent.find(({ message }) => message.content.reason === 'closed')?.message.content
    if (!closed) throw new Error('nothing closed')
    expect(JSON.parse(createAlertsPayload(closed, null)).map(({ endsAt }: { endsAt: string }) => endsAt)).toEqual([
      new Date(FROM).toISOString(),
    ])
  })
})
