import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { BudgetName, PollOutcome, PollError } from '#lib/contract/index.ts'
import type { TestArmServerReaction } from './testing/arm-server.ts'
import { gatewayId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const bodyOf = (name: string): unknown =>
  JSON.parse(readFileSync(new URL(`testdata/refusals/${name}.json`, import.meta.url), 'utf8'))

/** Polls a gateway's peers once, with the given response to the POST. */
async function refusedBy(behaviour: TestArmServerReaction) {
  context.server.rule({ when: /^POST/, behaviour })
  return context.azure.poll({ resourceId: gatewayId, subresource: '' }, 'peers')
}
const refused = (
  name: string,
  status: number,
  headers = {},
): Promise<{ outcome: PollOutcome; error: PollError | null }> =>
  refusedBy({ do: 'answer', status, body: bodyOf(name), headers })

describe('a resource that another operation holds', () => {
  it.each<[string, number, string, readonly string[]]>([
    [
      'retryable-due-to-another-operation',
      429,
      'RetryableErrorDueToAnotherOperation',
      ['PutVirtualNetworkGatewayOperation', '/virtualNetworkGateways/gw'],
    ],
    [
      'referenced-resource-not-provisioned',
      429,
      'ReferencedResourceNotProvisioned',
      ['PutSubnetOperation', '/virtualNetworks/hub/subnets/GatewaySubnet'],
    ],
    ['another-operation-in-progress', 409, 'AnotherOperationInProgress', ['7b918af5-9429-48b6-afcc-ee3fe520998d']],
    ['another-operation-in-progress', 429, 'AnotherOperationInProgress', ['7b918af5-9429-48b6-afcc-ee3fe520998d']],
  ])('%s (%i) is locked, and the operation and resource are named', async (name, status, code, named) => {
    const { outcome, error } = await refused(name, status)
    expect({ outcome, error }).toMatchObject({ outcome: 'locked', error: { code, httpStatus: status } })
    for (const text of named) expect(error?.detail).toContain(text)
  })

  it.each([
    ['another-operation-in-progress', 'AnotherOperationInProgress'],
    ['canceled-and-superseded', 'CanceledAndSupersededDueToAnotherOperation'],
  ])('is locked where the operation itself ends so: %s', async (name, code) => {
    const observation = await refusedBy({ do: 'operation', style: 'asyncTop', rounds: 0, body: bodyOf(name) })
    expect(observation).toMatchObject({ outcome: 'locked', error: { code }, rows: [] })
  })

  it('is asked again when the answer says so: by its header, else by its sentence', async () => {
    const name = 'retryable-due-to-another-operation'
    expect(await refused(name, 429, { 'Retry-After': '9' })).toMatchObject({ error: { retryAfterSeconds: 9 } })
    expect(await refused(name, 429)).toMatchObject({ error: { retryAfterSeconds: 14 } })
    expect(await refused('another-operation-in-progress', 409)).toMatchObject({ error: { retryAfterSeconds: null } })
  })
})

describe('what names no operation', () => {
  it.each<[string, string, number | null, BudgetName]>([
    ['network-too-many-calls', 'RetryableErrorDueToTooManyCalls', 39, 'network.writes'],
    ['network-too-much-data', 'RetryableErrorDueTooHighReadDataSize', 61, 'network.writes'],
    ['subscription-requests-throttled', 'SubscriptionRequestsThrottled', 10, 'arm.writes'],
    ['resource-requests-throttled', 'ResourceRequestsThrottled', 372, 'network.reads'],
  ])('%s is throttled: a budget is empty, and named', async (name, code, retryAfterSeconds, budget) => {
    expect(await refused(name, 429)).toMatchObject({ outcome: 'throttled', error: { code, retryAfterSeconds, budget } })
  })

  it.each<[string, Record<string, string>, BudgetName]>([
    ['none: ARM is asked first', {}, 'arm.writes'],
    ['that ARM has none left', { 'x-ms-ratelimit-remaining-subscription-writes': '0' }, 'arm.writes'],
    ['that ARM has some left', { 'x-ms-ratelimit-remaining-subscription-writes': '37' }, 'network.writes'],
    ['of the provider', { 'x-ms-ratelimit-remaining-subscription-resource-requests': '0' }, 'network.writes'],
  ])('a sentence that says nothing leaves it to the headers: %s', async (_, headers, budget) => {
    const body = { error: { code: 'TooManyRequests', message: 'slow down' } }
    expect(await refusedBy({ do: 'answer', status: 429, body, headers })).toMatchObject({
      outcome: 'throttled',
      error: { budget },
    })
  })

  it('the request that was refused is the one that counts: a follow-up is a read', async () => {
    const body = { error: { code: 'TooManyRequests', message: 'slow down' } }
    const end: TestArmServerReaction = { do: 'answer', status: 429, body }
    const observation = await refusedBy({ do: 'operation', style: 'location', rounds: 0, body: {}, end })
    expect(observation).toMatchObject({ outcome: 'throttled', error: { budget: 'arm.reads' } })
  })

  it('an overload is no budget: nobody asked too much', async () => {
    expect(await refused('network-overload', 429)).toMatchObject({
      outcome: 'unavailable',
      error: { code: 'RetryableErrorDueToRequestTimedOut' },
    })
  })

  it('a 429 without a body is a budget’s', async () => {
    const observation = await refusedBy({ do: 'text', status: 429, text: '' })
    expect(observation).toMatchObject({ outcome: 'throttled', error: { code: 'HTTP_429' } })
  })

  it('another conflict is none', async () => {
    const body = { error: { code: 'GatewayBusy', message: 'try again' } }
    expect(await refusedBy({ do: 'answer', status: 409, body })).toMatchObject({ outcome: 'unavailable' })
  })
})
