import { describe, expect, it } from 'vitest'
import { endpoints } from '#lib/api/index.ts'
import { CUSTOMER_ENDPOINTS, endpointQuery, ofCustomer, requestOf } from './endpoint.ts'

describe('a request of an endpoint', () => {
  it.each([
    ['a list asks for all rows', requestOf('circuits', {}), '/api/v1/circuits?limit=1000', ['circuits', null]],
    [
      'what has no value is left out',
      requestOf('events', { scope: null, kind: 'failover' }),
      '/api/v1/events?kind=failover',
      ['events', null],
    ],
    [
      'the scope is in the key',
      requestOf('sessions', { scope: 'g1' }),
      '/api/v1/sessions?limit=1000&scope=g1',
      ['sessions', 'g1'],
    ],
    [
      'an id is a part of the path',
      requestOf('circuits/{id}/usage', { id: 'a/b', step: 'day' }),
      '/api/v1/circuits/a%2Fb/usage?step=day',
      ['circuits', 'a/b'],
    ],
  ])('%s', (_, { url, queryKey }, expected, head) => {
    expect(url).toBe(expected)
    expect(queryKey.slice(0, 2)).toEqual(head)
  })

  it('equal parameters have one key, however they are written', () => {
    const key = endpointQuery('events', { scope: 'c1', cursor: null }).queryKey
    expect(endpointQuery('events', { scope: 'c1' }).queryKey).toEqual(key)
    expect(endpointQuery('events', { scope: 'c2' }).queryKey).not.toEqual(key)
  })

  it('a past range is not refetched', () => {
    const range = { id: 'c1', from: '2026-11-19T00:00:00Z' }
    expect(endpointQuery('circuits/{id}/traffic', { ...range, to: null }).refetchInterval).toBe(60_000)
    expect(endpointQuery('circuits/{id}/traffic', { ...range, to: '2026-11-20T00:00:00Z' }).refetchInterval).toBe(false)
  })

  it('paths and parameters are typed by the contract', () => {
    // @ts-expect-error the contract has no such parameter
    endpointQuery('events', { colour: 'red' })
    // @ts-expect-error an id is required
    endpointQuery('circuits/{id}')
    // @ts-expect-error the contract has no such endpoint
    expect(() => endpointQuery('squares')).toThrow()
  })
})

describe('the customer in the address of a page', () => {
  const takesCustomer = Object.values(endpoints).flatMap(({ path, parameters }) =>
    'customer' in ((parameters as { shape?: object }).shape ?? {}) ? [path.slice(1)] : [],
  )

  it('filters endpoints that take one', () => {
    expect(CUSTOMER_ENDPOINTS.filter((path) => !takesCustomer.includes(path))).toEqual([])
    expect(CUSTOMER_ENDPOINTS).toEqual(
      expect.arrayContaining(['overview', 'circuits', 'events', 'handover', 'cost/weekly']),
    )
  })

  it.each([
    ['is added to a list', ofCustomer('circuits', { limit: 5 }, 'Contoso'), { limit: 5, customer: 'Contoso' }],
    ['is left out where none is chosen', ofCustomer('circuits', {}, null), {}],
    ['changes no question about one resource', ofCustomer('sessions', { scope: 'g1' }, 'Contoso'), { scope: 'g1' }],
    ['is replaced by the one that is asked for', ofCustomer('circuits', { customer: 'A' }, 'B'), { customer: 'A' }],
    ['changes nothing that all share', ofCustomer('declarations', {}, 'Contoso'), {}],
  ])('%s', (_, asked, expected) => {
    expect(asked).toEqual(expected)
  })
})
