import { describe, expect, it } from 'vitest'
import { armError, type Behaviour } from './testing/arm-server.ts'
import { SUBSCRIPTION_ID as subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const DAY = 86_400_000
const from = Date.UTC(2026, 10, 1)
const query = /POST .*\/providers\/Microsoft\.CostManagement\/query$/i
const CIRCUIT = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/erc`

const bill = () => context.azure.bill({ subscriptionId, from, to: from + 2 * DAY })
const table = (columns: string[], rows: unknown[][], nextLink: string | null = null): Behaviour => ({
  do: 'answer',
  body: { properties: { columns: columns.map((name) => ({ name, type: 'Number' })), rows, nextLink } },
})
const DATA = 'Metered Data - Data Transfer Out'
// in an order of the server's own
const costs = ['UsageQuantity', 'Cost', 'UsageDate', 'ResourceId', 'Meter', 'Currency']
const preTax = ['PreTaxCost', 'UsageDate', 'ResourceId', 'Meter', 'Currency']

describe('a bill', () => {
  it('is asked by day, resource and meter, in two questions, and read by the names of columns', async () => {
    context.server.rule({ when: query, behaviour: table(preTax, [[25, 20261101, CIRCUIT, DATA, 'EUR']]) })
    context.server.rule({
      when: query,
      behaviour: table(costs, [[1000.123456, 29.75, 20261101, CIRCUIT, DATA, 'EUR']]),
      times: 1,
    })
    expect(await bill()).toMatchObject({
      outcome: 'ok',
      rows: [
        {
          day: '2026-11-01',
          resourceId: CIRCUIT,
          meter: DATA,
          quantity: '1000.123456',
          cost: '29.75',
          preTaxCost: '25',
          currency: 'EUR',
        },
      ],
    })
    const [first] = context.server.requests
    expect(first?.headers.clienttype).toBe('Peerwatch')
    expect(first?.query.get('api-version')).toBe('2025-03-01')
  })

  it('is read to its last page', async () => {
    const row = (day: number) => [1, 1, day, CIRCUIT, DATA, 'EUR']
    const link = `${context.server.url}/subscriptions/${subscriptionId}/providers/Microsoft.CostManagement/query?api-version=2025-03-01&$skiptoken=2`
    context.server.rule({ when: query, behaviour: table(preTax, []) })
    context.server.rule({
      when: query,
      behaviour: (request) =>
        request.query.has('$skiptoken') ? table(costs, [row(20261102)]) : table(costs, [row(20261101)], link),
      times: 2,
    })
    const { rows } = await bill()
    expect(rows.map(({ day, preTaxCost }) => [day, preTaxCost])).toEqual([
      ['2026-11-01', null],
      ['2026-11-02', null],
    ])
  })

  it.each([
    ['a column that is not there', table(['Cost'], []), 'malformed', /there is no UsageQuantity/],
    ['a row that is cut', table(costs, [[1, 1]]), 'malformed', /rows\[0\]\.UsageDate: expected a day/],
    ['a next page elsewhere', table(costs, [], 'https://elsewhere.example/query'), 'malformed', /elsewhere/],
    ['no answer that is a table', { do: 'answer', body: {} } as Behaviour, 'malformed', /expected object/],
    ['a refusal', armError(403, 'AuthorizationFailed', "perform action 'a/b/read' over"), 'forbidden', /a\/b\/read/],
  ])('that has %s is none', async (_, behaviour, outcome, says) => {
    context.server.rule({ when: query, behaviour })
    expect(await bill()).toMatchObject({ outcome, rows: [], error: { detail: expect.stringMatching(says) } })
  })

  it('that is throttled says how long, by the longest of its measures', async () => {
    const scope = (name: string) => `x-ms-ratelimit-microsoft.costmanagement-${name}-retry-after`
    context.server.headers = { [scope('qpu')]: '7', [scope('entity')]: '40', 'retry-after': '1' }
    context.server.rule({ when: query, behaviour: armError(429, '429', 'Too many requests. Please retry.') })
    expect(await bill()).toMatchObject({ outcome: 'throttled', error: { retryAfterSeconds: 40 } })
  })
})
