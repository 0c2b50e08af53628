import { describe, expect, it } from 'vitest'
import { armError, type TestArmServerReaction, startArmServer } from '../testing/arm-server.ts'
import { circuitId, createTestArmInventory, SUBSCRIPTION_ID, subscriptionId, withAzure } from '../testing/fixture.ts'

const context = withAzure()
const circuit = { id: circuitId, name: 'london', location: 'uksouth', properties: { peerings: [] } }
const circuits = /GET .*\/expressRouteCircuits$/i
const on = (when: RegExp, behaviour: TestArmServerReaction) => context.server.rule({ when, behaviour })
const inventory = () => context.azure.poll({ resourceId: subscriptionId, subresource: '' }, 'inventory')

async function found(): Promise<number> {
  const { rows } = await inventory()
  return 'resources' in rows ? rows.resources.length : -1
}

describe('pages', () => {
  const many = Array.from({ length: 7 }, (_, i) => ({ ...circuit, id: `${circuitId}${i}`, name: `london${i}` }))
  const row = many[0]
  const first = (nextLink: unknown): TestArmServerReaction => ({ do: 'answer', body: { value: [row], nextLink } })

  it('are read to the last', async () => {
    context.server.reset(createTestArmInventory({ resources: many, pageSize: 3 }))
    expect(await found()).toBe(7)
  })

  it.each([
    ['relative', () => `/subscriptions/${SUBSCRIPTION_ID}/next?api-version=1`],
    ['absolute, without a version', () => `${context.server.url}/subscriptions/${SUBSCRIPTION_ID}/next`],
  ])('are found by a link that is %s', async (_name, link) => {
    on(circuits, first(link()))
    on(/GET .*\/next$/, { do: 'answer', body: { value: [{ ...row, id: `${circuitId}-b` }], nextLink: '' } })
    expect(await found()).toBe(2)
  })

  it('an empty page in between ends nothing', async () => {
    on(circuits, { do: 'answer', body: { value: [], nextLink: `${context.server.url}/next` } })
    on(/GET .*\/next$/, { do: 'answer', body: { value: [row] } })
    expect(await found()).toBe(1)
  })

  it.each<[string, () => unknown, string]>([
    [
      'leads in a circle',
      () => `/subscriptions/${SUBSCRIPTION_ID}/providers/Microsoft.Network/expressRouteCircuits`,
      'LOOPING_LINK',
    ],
    ['leads to itself', () => `${context.server.url}/subscriptions/${SUBSCRIPTION_ID}/self`, 'LOOPING_LINK'],
    ['is a number', () => 5, 'MALFORMED_FIELD'],
  ])('a link that %s is malformed', async (_name, link, code) => {
    on(circuits, first(link()))
    on(/GET .*\/self$/, first(link()))
    expect(await inventory()).toMatchObject({ outcome: 'malformed', error: { code } })
  })

  it('a link to another host is not followed, and the token stays here', async () => {
    const stranger = await startArmServer()
    on(circuits, first(`${stranger.url}/next`))
    expect(await inventory()).toMatchObject({ outcome: 'malformed', error: { code: 'FOREIGN_LINK' } })
    expect(stranger.requests).toEqual([])
    await stranger.close()
  })

  it('a list that breaks off at its second page is no shorter list', async () => {
    context.server.reset(createTestArmInventory({ resources: many, pageSize: 3 }))
    context.server.rule({
      when: circuits,
      behaviour: ({ query }) =>
        query.has('$skiptoken')
          ? armError(500, 'InternalServerError', 'oops')
          : {
              do: 'answer',
              body: {
                value: many.slice(0, 3),
                nextLink: `${context.server.url}${subscriptionId}/providers/Microsoft.Network/expressRouteCircuits?api-version=1&$skiptoken=3`,
              },
            },
    })
    expect(await inventory()).toMatchObject({ outcome: 'unavailable', rows: { resources: [] } })
  })
})

describe('subscriptions', () => {
  const listed = [
    { subscriptionId: SUBSCRIPTION_ID, displayName: 'Edge', tenantId: 't', state: 'Enabled' },
    { subscriptionId: 'other', displayName: 'Other', tenantId: 't', state: 'Warned' },
    { subscriptionId: 'gone', displayName: 'Gone', tenantId: 't', state: 'Deleted' },
  ]
  it('are all that the credential sees under *, but for deleted ones', async () => {
    context.server.reset(createTestArmInventory({ subscriptions: listed }))
    const azure = context.connect({ subscriptionIds: '*' })
    expect(await azure.listSubscriptions()).toMatchObject({ outcome: 'ok', subscriptions: listed.slice(0, 2) })
  })
  it('that are configured are reported even where the list does not hold them, or fails', async () => {
    context.server.reset(createTestArmInventory({ subscriptions: listed.slice(0, 1) }))
    const azure = context.connect({ subscriptionIds: [SUBSCRIPTION_ID.toUpperCase(), 'delegated'] })
    const bare = { displayName: null, tenantId: null, state: null }
    expect((await azure.listSubscriptions()).subscriptions).toEqual([
      listed[0],
      { subscriptionId: 'delegated', ...bare },
    ])
    on(/GET \/subscriptions$/, armError(403, 'AuthorizationFailed', 'no'))
    const answer = await azure.listSubscriptions()
    expect(answer.outcome).toBe('forbidden')
    expect(answer.subscriptions.map((row) => row.subscriptionId)).toEqual([SUBSCRIPTION_ID.toUpperCase(), 'delegated'])
  })
})
