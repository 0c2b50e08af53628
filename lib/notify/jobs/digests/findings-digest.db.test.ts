import { describe, expect, it } from 'vitest'
import { listSectionLines } from '#lib/contract/document/plain-text.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { CostFinding } from '#lib/cost/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createWebhookBody } from '../../channels/webhook.ts'
import { type DigestFinding, writeFindingsDigests } from './findings-digests.ts'
import { createMessageSections } from '../../message/sections.ts'
import { TEST_START_TIME } from '../../testing/facts.ts'
import { createTestWebhookInput, notifyLab } from '../../testing/lab.ts'

const db = withTestDatabase()
const { setUp, recordingSender } = notifyLab(db)
/** 2030-03-11 06:00 UTC, the Monday after the channels are created. */
const DUE = Date.UTC(2030, 2, 11, 6)

const finding = (id: string, customer: string | null, began = DUE - MS_PER_DAY): CostFinding => ({
  id,
  kind: 'break_even_passed',
  subject: { kind: 'circuit', id, resourceId: `/${id}`, name: `erc-${id}` },
  customer,
  owner: null,
  startedBetween: [new Date(began).toISOString(), new Date(began + 300_000).toISOString()],
  endedBetween: null,
  checkedAt: new Date(DUE).toISOString(),
  evidence: [{ field: 'billable bytes of 2030-03', before: 'break-even at 9,800 GB', after: 'at least 9,900 GB' }],
  amounts: {
    cost: null,
    limit: { amount: '300.00', currency: 'USD' },
    saving: {
      p10: { amount: '10.00', currency: 'USD' },
      p50: { amount: '12.50', currency: 'USD' },
      p90: { amount: '15.00', currency: 'USD' },
    },
  },
  confidence: { word: 'certain', basis: 'flat_prices', chance: 1, words: 'both prices are flat' },
  remedy: 'Change it to unlimited.',
  links: [{ label: `Cost of erc-${id}`, href: `/cost?circuit=${id}` }],
})
const found: DigestFinding[] = [
  { finding: finding('red', 'Red'), resources: ['red'] },
  { finding: finding('blue', 'Blue', DUE - 30 * MS_PER_DAY), resources: ['blue'] },
  { finding: finding('both', null), resources: ['red', 'blue'] },
]
const write = (now: number, list = found) => writeFindingsDigests(db, now, async () => list)
const wants = (more: object = {}) => ({
  filters: {
    incidents: true,
    findings: true,
    posture: false,
    hours: null,
    minSeverity: 'warning' as const,
    neededBy: 'nobody' as const,
    scopes: [],
    kinds: [],
    owners: [],
    ...more,
  },
})

describe('the weekly digest of cost findings', () => {
  it('goes once a week to the channels that want it, from Monday 06:00 UTC on', async () => {
    await setUp(createTestWebhookInput('money', wants()), createTestWebhookInput('noc'))
    expect(await write(DUE - 1)).toBe(0)
    expect(await write(DUE)).toBe(1)
    await write(DUE + 3 * MS_PER_DAY)
    const { sent, drain } = recordingSender()
    await drain()
    expect(sent.map(({ channel, message }) => [channel, message.content.reason])).toEqual([['money', 'findings']])
    await write(DUE + 7 * MS_PER_DAY)
    await drain()
    expect(sent).toHaveLength(2)
  })

  it('begins with the Monday after a channel was made, and is not sent without findings', async () => {
    await setUp(createTestWebhookInput('money', wants()))
    // the Monday before the channel was created
    expect(TEST_START_TIME).toBeGreaterThan(DUE - 7 * MS_PER_DAY)
    expect(await write(TEST_START_TIME + 60_000)).toBe(0)
    expect(await write(DUE, [])).toBe(0)
  })

  it('holds what is about the circuits of the channel alone', async () => {
    await setUp(createTestWebhookInput('red', wants({ scopes: ['red'], incidents: false })))
    await write(DUE)
    const { sent, drain } = recordingSender()
    await drain()
    expect(JSON.stringify(sent)).toContain('erc-red')
    expect(JSON.stringify(sent)).not.toMatch(/erc-blue|erc-both/)
  })

  it('is of what the scope of the channel sees', async () => {
    await setUp(createTestWebhookInput('red', { ...wants(), scopes: ['customer:Red'] }))
    const asked: unknown[] = []
    await writeFindingsDigests(db, DUE, async (scope) => {
      asked.push(scope)
      return []
    })
    expect(asked).toEqual([{ subscriptions: [], customers: ['Red'] }])
  })

  it('reads customer by customer, with what it rests on and where to go', async () => {
    await setUp(createTestWebhookInput('money', wants()))
    await write(DUE)
    const { sent, drain } = recordingSender()
    await drain()
    const content = sent[0]?.message.content
    if (content?.reason !== 'findings') throw new Error('no digest')
    const sections = createMessageSections(content, 'https://pw.example')
    expect(sections.map(({ heading }) => heading)).toEqual([
      '[COST, week to 2030-03-11] 3 findings, 2 new',
      'Past the break-even: erc-blue',
      'Past the break-even: erc-red',
      'Past the break-even: erc-both',
    ])
    expect(sections.slice(2, 3).flatMap(listSectionLines)).toEqual([
      { label: 'Customer', text: 'Red' },
      { label: 'Began', text: 'between 2030-03-10 06:00:00 and 06:05:00 UTC' },
      {
        label: 'Evidence',
        text: 'billable bytes of 2030-03: break-even at 9,800 GB → at least 9,900 GB',
      },
      { label: 'Against', text: '$300.00' },
      { label: 'Would save', text: '$12.50 ($10.00 to $15.00) a month' },
      { label: 'What to do', text: 'Change it to unlimited.' },
      { label: 'Confidence in cost', text: 'certain, both prices are flat' },
      {
        label: 'Cost of erc-red',
        text: 'https://pw.example/cost?circuit=red',
        url: 'https://pw.example/cost?circuit=red',
      },
    ])
    expect(JSON.parse(createWebhookBody(content, 'https://pw.example'))).toMatchObject({
      type: 'cost.findings',
      data: {
        monday: '2030-03-11',
        findings: [
          { title: 'Past the break-even: erc-red', customer: 'Red', owner: null },
          { customer: 'Blue' },
          { customer: null, links: [{ url: 'https://pw.example/cost?circuit=both' }] },
        ],
      },
    })
  })
})
