import { describe, expect, it } from 'vitest'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { armError, type TestArmServerReaction } from './testing/arm-server.ts'
import { SUBSCRIPTION_ID as subscriptionId, withAzure } from './testing/fixture.ts'

const context = withAzure()
const from = Date.UTC(2026, 10, 1)
const query = /POST .*\/providers\/Microsoft\.CostManagement\/query$/i
const CIRCUIT = `/subscriptions/${subscriptionId}/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/erc`

const bill = () => context.azure.bill({ subscriptionId, from, to: from + 2 * MS_PER_DAY })
const table = (columns: string[], rows: unknown[][], nextLink: string | null = null): TestArmServerReaction => ({
  do: 'answer',
  body: { properties: { columns: columns.map((name) => ({ name, type: 'Number' })), rows, nextLink } },
})
const DATA = 'Metered Data - Data Transfer Out'
// a different order from that in which the query names the columns
const costs = ['UsageQuantity', 'Cost', 'UsageDate', 'ResourceId', 'Meter', 'Currency']

describe('a bill', () => {
  it('is asked by day, resource and meter, and read by the names of columns', async () => {
    context.server.rule({
      when: query,
      behaviour: table(costs, [[1000.123456, 29.75, 20261101, CIRCUIT, DATA, 'EUR']]),
    })
    expect(await bill()).toMatchObject({
      outcome: 'ok',
      error: null,
      rows: [
        {
          day: '2026-11-01',
          resourceId: CIRCUIT,
          meter: DATA,
          quantity: '1000.123456',
          cost: '29.75',
          currency: 'EUR',
        },
      ],
    })
    expect(context.server.requests).toHaveLength(1)
    const [first] = context.server.requests
    expect(first?.headers.clienttype).toBe('Peerwatch')
    expect(first?.query.get('api-version')).toBe('2025-03-01')
  })

  it('is read to its last page', async () => {
    const row = (day: number) => [1, 1, day, CIRCUIT, DATA, 'EUR']
    const link = `${context.server.url}/subscriptions/${subscriptionId}/providers/Microsoft.CostManagement/query?api-version=2025-03-01&$skiptoken=2`
    context.server.rule({
      when: query,
      behaviour: (request) =>
        request.query.has('$skiptoken') ? table(costs, [row(20261102)]) : table(costs, [row(20261101)], link),
    })
    const { rows } = await bill()
    expect(rows.map(({ day }) => day)).toEqual(['2026-11-01', '2026-11-02'])
  })

  it.each([
    [
      'no resource and no meter',
      [1, 2.5, 20261101, null, null, 'EUR'],
      /^1 of 2 rows not read: .*rows\[1\]\.ResourceId/,
      2,
    ],
    [
      'no day',
      [1, 2.5, null, CIRCUIT, DATA, 'EUR'],
      /rows\[1\]\.UsageDate: expected a day such as 20261101, got null/,
      1,
    ],
    ['a day that no month has', [1, 2.5, 20261399, CIRCUIT, DATA, 'EUR'], /UsageDate/, 1],
    [
      'no cost',
      [1, null, 20261101, CIRCUIT, DATA, 'EUR'],
      /rows\[1\]\.Cost: expected number, got null, in \[1,null,/,
      1,
    ],
    [
      'a quantity in words',
      ['much', 2.5, 20261101, CIRCUIT, DATA, 'EUR'],
      /UsageQuantity: expected number, got text/,
      1,
    ],
    ['no currency', [1, 2.5, 20261101, CIRCUIT, DATA, null], /Currency/, 1],
    ['a day that its month has not', [1, 2.5, 20261131, CIRCUIT, DATA, 'EUR'], /UsageDate: expected a day/, 1],
    ['a day that was not requested', [1, 2.5, 20261003, CIRCUIT, DATA, 'EUR'], /UsageDate: outside the days/, 1],
    ['a day in ISO form', [1, 2.5, '2026-11-01', CIRCUIT, DATA, 'EUR'], /UsageDate: expected a day/, 1],
    ['a cost with a decimal comma', [1, '2,50', 20261101, CIRCUIT, DATA, 'EUR'], /Cost: expected number, got text/, 1],
    ['a cost beyond any bill', [1, 2.5e300, 20261101, CIRCUIT, DATA, 'EUR'], /Cost: expected number/, 1],
    ['a currency that does not exist', [1, 2.5, 20261101, CIRCUIT, DATA, 'euros'], /Currency: expected a currency/, 1],
    ['all cells of another row', [1, 1, 20261101, CIRCUIT, DATA, 'EUR'], /the same row was read before/, 1],
    ['too few cells', [1, 1], /UsageDate: expected a day/, 1],
    ['no cells', null, /UsageDate.*, in null$/, 1],
  ])('of which a row has %s keeps the others, and says so', async (_, row, says, kept) => {
    context.server.rule({
      when: query,
      behaviour: table(costs, [[1, 1, 20261101, CIRCUIT, DATA, 'EUR'], row as unknown[]]),
    })
    const { outcome, error, rows } = await bill()
    expect(outcome).toBe('incomplete')
    expect(error?.detail).toMatch(says)
    expect(rows).toHaveLength(kept)
    // a charge without a resource and a meter still counts as a cost
    if (kept === 2) expect(rows[1]).toMatchObject({ resourceId: '', meter: '', cost: '2.5' })
  })

  it('counts its odd rows and names three of them', async () => {
    const odd = Array.from({ length: 5 }, (_, n) => [1, `${n}`, 20261101, CIRCUIT, DATA, 'EUR'])
    // negative amounts (credits) and amounts with an exponent are valid
    const good = [
      [1, -2.5, 20261101, CIRCUIT, DATA, 'EUR'],
      [1e-7, 1.25e-7, 20261102, CIRCUIT, DATA, 'USD'],
    ]
    context.server.rule({ when: query, behaviour: table(costs, [...odd, ...good]) })
    const { error, rows } = await bill()
    expect(rows.map(({ cost }) => cost)).toEqual(['-2.5', '0.0000001250'])
    expect(error?.detail).toMatch(/^5 of 7 rows not read: .*rows\[0\].*; .*rows\[1\].*; .*rows\[2\]/)
    expect(error?.detail).not.toContain('rows[3]')
  })

  it.each([
    ['a column that is not there', table(['Cost'], []), 'malformed', /there is no UsageDate/],
    ['no row that can be read', table(costs, [[1, 1]]), 'malformed', /rows\[0\]\.UsageDate: expected a day/],
    ['a next page elsewhere', table(costs, [], 'https://elsewhere.example/query'), 'malformed', /elsewhere/],
    ['no answer that is a table', { do: 'answer', body: {} } as TestArmServerReaction, 'malformed', /expected object/],
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
