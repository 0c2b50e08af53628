import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { ResilienceCheck } from '#lib/resilience/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { createWebhookBody } from '../../channels/webhook.ts'
import { createMessageSections } from '../../message/sections.ts'
import { writePostureDigests } from './findings-digests.ts'
import { createTestWebhookInput, notifyLab } from '../../testing/lab.ts'

const db = withTestDatabase()
const { setUp, recordingSender } = notifyLab(db)
/** 2030-03-11 06:00 UTC, the Monday after the channels are created. */
const DUE = Date.UTC(2030, 2, 11, 6)

const check = (id: string, more: Partial<ResilienceCheck> = {}): ResilienceCheck => ({
  id,
  kind: 'bfd_both_ends' as ResilienceCheck['kind'],
  name: 'Two peering locations',
  scope: id,
  resourceId: `/${id}`,
  subject: `erc-${id}`,
  customer: null,
  state: 'fail',
  found: 'fail',
  severity: 'major',
  reason: 'Both circuits are in London.',
  evidence: [],
  source: 'https://learn.microsoft.com/azure/x',
  remedy: 'Move one.',
  command: null,
  exemption: null,
  ...more,
})
const wants = (more: object = {}) => ({ filters: { ...createTestWebhookInput('').filters, posture: true, ...more } })
const write = (now: number, checks: ResilienceCheck[]) =>
  writePostureDigests(db, now, async () => ({ checks, ahead: [] }))

async function contents() {
  const { sent, drain } = recordingSender()
  await drain()
  return sent.map(({ message: { content } }) => {
    if (content.reason !== 'posture') throw new Error('no digest of posture')
    return content
  })
}

describe('the weekly digest of posture', () => {
  it('goes once a week to the channels that want it, with what fails, the worst first', async () => {
    await setUp(createTestWebhookInput('money'), createTestWebhookInput('design', wants()))
    const checks = [
      check('minor', { severity: 'minor' }),
      check('worst', { severity: 'critical', customer: 'Red' }),
      check('fine', { state: 'pass', found: 'pass' }),
      check('accepted', { state: 'exempt' }),
    ]
    expect(await write(DUE - 1, checks)).toBe(0)
    expect(await write(DUE, checks)).toBe(1)
    expect(await write(DUE + 3 * MS_PER_DAY, checks)).toBe(0)
    const [content, ...more] = await contents()
    expect(more).toEqual([])
    if (!content) throw new Error('nothing was sent')
    expect(createMessageSections(content, 'https://pw.example').map(({ heading }) => heading)).toEqual([
      '[POSTURE, 2030-03-11] 2 failing checks',
      'Two peering locations: erc-worst',
      'Two peering locations: erc-minor',
    ])
    expect(JSON.parse(createWebhookBody(content, null))).toMatchObject({
      type: 'posture.findings',
      data: { monday: '2030-03-11', failing: 2, since: null, checks: [{ id: 'worst', customer: 'Red' }, {}] },
    })
  })

  it('says what is new and what is over since the week before, and ends with the last one', async () => {
    await setUp(createTestWebhookInput('design', wants()))
    await write(DUE, [check('a'), check('b')])
    await write(DUE + 7 * MS_PER_DAY, [check('b'), check('c')])
    await write(DUE + 14 * MS_PER_DAY, [])
    expect(await write(DUE + 21 * MS_PER_DAY, [])).toBe(0)
    expect((await contents()).map(({ since, failing }) => [since, failing])).toEqual([
      [null, ['a', 'b']],
      [{ fresh: 1, over: 1 }, ['b', 'c']],
      [{ fresh: 0, over: 2 }, []],
    ])
  })

  it('is of what the scope of the channel sees, about its circuits and gateways', async () => {
    await setUp(createTestWebhookInput('red', { ...wants({ scopes: ['red'] }), scopes: ['customer:Red'] }))
    const asked: unknown[] = []
    await writePostureDigests(db, DUE, async (scope) => {
      asked.push(scope)
      return { checks: [check('red'), check('blue')], ahead: ['of everything'] }
    })
    expect(asked).toEqual([{ subscriptions: [], customers: ['Red'] }])
    expect((await contents()).map(({ failing, ahead }) => [failing, ahead])).toEqual([[['red'], []]])
  })

  it('says what announced work takes away, also where no check fails', async () => {
    await setUp(createTestWebhookInput('all', wants()))
    await writePostureDigests(db, DUE, async () => ({ checks: [], ahead: ['Thu: 14 prefixes cut off'] }))
    expect((await contents()).map(({ failing, ahead }) => [failing, ahead])).toEqual([
      [[], ['Thu: 14 prefixes cut off']],
    ])
  })
})
