import { describe, expect, it } from 'vitest'
import { RESOURCE_CHANGE_CATEGORY } from '#lib/contract/index.ts'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { armError, type TestArmServerReaction, type SeenRequest } from './testing/arm-server.ts'
import { circuitId, SUBSCRIPTION_ID, subscriptionId, withAzure } from './testing/fixture.ts'
import type { ResourceChangesRefusal } from './types.ts'

const context = withAzure()
const to = Date.UTC(2026, 10, 20, 9)
const GRAPH = /POST \/providers\/Microsoft.ResourceGraph\/resources$/i
const LOG = /GET .*\/eventtypes\/management\/values$/i
const target = { resourceId: subscriptionId, subresource: '' }
/** Parameters of the poller's request every five minutes. */
const params = {
  from: to - 15 * MS_PER_MINUTE,
  to,
  again: [
    { from: to - 70 * MS_PER_MINUTE, to: to - 65 * MS_PER_MINUTE },
    { from: to - 30 * MS_PER_MINUTE, to: to - 25 * MS_PER_MINUTE },
  ],
}
const poll = () => context.azure.poll(target, 'activity', { params })

const change = (over: object = {}) => ({
  id: `${circuitId}/providers/Microsoft.Resources/changes/1`,
  subscriptionId: SUBSCRIPTION_ID,
  target: circuitId,
  at: new Date(to - 40 * MS_PER_MINUTE).toISOString(),
  operation: 'microsoft.network/expressroutecircuits/write',
  changedBy: 'someone@example.com',
  correlationId: 'c1',
  ...over,
})
const entry = {
  eventDataId: 'reset',
  correlationId: 'c2',
  eventTimestamp: new Date(to - 12 * MS_PER_MINUTE).toISOString(),
  operationName: { value: 'microsoft.network/virtualnetworkgateways/reset/action' },
  status: { value: 'Succeeded' },
  category: { value: 'Administrative' },
  resourceId: circuitId,
  caller: 'someone@example.com',
}
const page = (data: object[], more: object = {}): TestArmServerReaction => ({
  do: 'answer',
  body: { totalRecords: data.length, count: data.length, data, resultTruncated: 'false', ...more },
})
const graph = (behaviour: TestArmServerReaction | ((request: SeenRequest) => TestArmServerReaction)) =>
  context.server.rule({ when: GRAPH, behaviour })
const log = (behaviour: TestArmServerReaction = { do: 'answer', body: { value: [] } }) =>
  context.server.rule({ when: LOG, behaviour })

const asked = () => context.server.requests.filter(({ path }) => /resourcegraph/i.test(path))
/** Returns the periods for which the network's log was requested, in minutes before the poll. */
const logged = () =>
  context.server.requests.flatMap(({ query }) => {
    const [, since, until, provider] =
      /ge '([^']+)' and eventTimestamp le '([^']+)' and resourceProvider eq '([^']+)'/.exec(
        query.get('$filter') ?? '',
      ) ?? []
    const before = (time = '') => (to - Date.parse(time)) / MS_PER_MINUTE
    return provider === 'Microsoft.Network' ? [[before(since), before(until)]] : []
  })

describe('changes by Resource Graph', () => {
  it('name who changed what; the log beside them is read once it is there, and after an hour', async () => {
    graph(page([change()]))
    log({ do: 'answer', body: { value: [entry] } })
    expect(await poll()).toMatchObject({
      outcome: 'ok',
      readUpTo: to,
      rows: [
        {
          eventDataId: `${circuitId}/providers/Microsoft.Resources/changes/1`,
          correlationId: 'c1',
          at: to - 40 * MS_PER_MINUTE,
          submittedAt: null,
          operation: 'microsoft.network/expressroutecircuits/write',
          status: 'Succeeded',
          resourceId: circuitId,
          caller: 'someone@example.com',
          category: RESOURCE_CHANGE_CATEGORY,
        },
        { eventDataId: 'reset' },
      ],
    })
    expect(logged()).toEqual([
      [70, 65],
      [15, 10],
    ])
    const { subscriptions, query } = JSON.parse(asked()[0]?.body ?? '') as { subscriptions: string[]; query: string }
    expect(subscriptions).toEqual([SUBSCRIPTION_ID])
    expect(query).toContain('at >= datetime(2026-11-20T07:50:00.000Z) and at <= datetime(2026-11-20T09:00:00.000Z)')
    expect(query).not.toContain('properties.changes')
  })

  it('by Azure itself, and by nobody that is named, are left out', async () => {
    graph(page([change({ changedBy: 'Unspecified' }), change({ changedBy: '' }), change({ operation: '' })]))
    log()
    expect((await poll()).rows).toEqual([])
  })

  it('are read to their last page', async () => {
    graph(({ body }) =>
      (JSON.parse(body) as { options: { $skipToken?: string } }).options.$skipToken === 'second'
        ? page([change({ id: 'b' })])
        : page([change({ id: 'a' })], { $skipToken: 'second' }),
    )
    log()
    expect((await poll()).rows).toMatchObject([{ eventDataId: 'a' }, { eventDataId: 'b' }])
  })

  it.each<[string, TestArmServerReaction, boolean]>([
    ['403', armError(403, 'AuthorizationFailed', 'no'), true],
    ['404', armError(404, 'NotFound', 'no'), true],
    ['501', armError(501, 'NotImplemented', 'no'), true],
    ['500', armError(500, 'InternalServerError', 'no'), false],
    ['a cut list', page([change()], { resultTruncated: 'true' }), false],
    ['rows that can’t be read', page([{}]), false],
    ['429', armError(429, 'RateLimiting', 'no'), false],
  ])('%s: the whole log is read instead, and it is asked again later', async (_name, behaviour, isADay) => {
    let now = to
    const refusals: ResourceChangesRefusal[] = []
    context.azure = context.connect({
      clock: { now: () => now, monotonic: () => performance.now() + now - to },
      onChangesRefused: (refusal) => refusals.push(refusal),
    })
    graph(behaviour)
    log()
    expect(await poll()).toMatchObject({ outcome: 'ok', readUpTo: to })
    expect(logged()).toEqual([
      [70, 65],
      [30, 25],
      [15, 0],
    ])
    const first = asked().length
    now += isADay ? 23 * 60 * MS_PER_MINUTE : 9_000
    await poll()
    expect(asked()).toHaveLength(first)
    now += isADay ? 61 * MS_PER_MINUTE : 10 * MS_PER_MINUTE
    graph(page([change()]))
    expect((await poll()).rows).toHaveLength(1)
    expect(refusals).toHaveLength(behaviour.do === 'answer' && behaviour.status === 429 ? 0 : 1)
  })

  it('are not asked for while the quota is used up', async () => {
    let now = to
    context.azure = context.connect({ clock: { now: () => now, monotonic: () => performance.now() + now - to } })
    context.server.headers = { 'x-ms-user-quota-remaining': '0', 'x-ms-user-quota-resets-after': '00:00:05' }
    graph(page([change()]))
    log()
    expect((await poll()).rows).toHaveLength(1)
    expect((await poll()).rows).toEqual([])
    expect(asked()).toHaveLength(1)
    now += 5_000
    expect((await poll()).rows).toHaveLength(1)
  })

  it('of many subscriptions at once take a few queries, and each has its own', async () => {
    const ids = Array.from({ length: 40 }, (_, n) => `00000000-0000-0000-0000-0000000000${String(n).padStart(2, '0')}`)
    context.azure = context.connect({ subscriptionIds: ids })
    graph(({ body }) => {
      const { subscriptions } = JSON.parse(body) as { subscriptions: string[] }
      return page(subscriptions.map((id) => change({ id: `change of ${id}`, subscriptionId: id.toUpperCase() })))
    })
    log()
    const polls = ids.map((id) =>
      context.azure.poll({ resourceId: `/subscriptions/${id}`, subresource: '' }, 'activity', { params }),
    )
    const found = await Promise.all(polls)
    expect(found.map(({ rows }) => rows)).toMatchObject(ids.map((id) => [{ eventDataId: `change of ${id}` }]))
    expect(asked().length).toBeLessThanOrEqual(3)
  })

  it('stand where the log is refused, and the poll says so', async () => {
    graph(page([change()]))
    log(
      armError(
        403,
        'AuthorizationFailed',
        "no authorization to perform action 'Microsoft.Insights/eventtypes/values/read'",
      ),
    )
    const observation = await poll()
    expect(observation).toMatchObject({
      outcome: 'incomplete',
      rows: [{ correlationId: 'c1' }],
      error: { code: 'AuthorizationFailed', missingAction: 'Microsoft.Insights/eventtypes/values/read' },
    })
    expect(observation.readUpTo).toBeUndefined()
  })
})
