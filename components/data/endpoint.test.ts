import { describe, expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { buildApiUrl, type QueryParameters } from './client.ts'
import {
  createEndpointQuery,
  listEndpointsWithFlag,
  addPageSelectionToParameters,
  buildRequest,
  type ScreenEndpointPath,
} from './endpoint.ts'

/** Returns the time until a query with this response is requested again, milliseconds. */
const refetchedWhen = (interval: unknown, data: unknown) =>
  typeof interval === 'function' ? (interval as (query: object) => unknown)({ state: { data } }) : interval

describe('a request of an endpoint', () => {
  it.each([
    ['a list asks for all rows', buildRequest('circuits', {}), '/api/v1/circuits?limit=1000', ['circuits', null]],
    [
      'what has no value is left out',
      buildRequest('events', { scope: null, kind: 'failover' }),
      '/api/v1/events?kind=failover',
      ['events', null],
    ],
    [
      'the scope is in the key',
      buildRequest('sessions', { scope: 'g1' }),
      '/api/v1/sessions?limit=1000&scope=g1',
      ['sessions', 'g1'],
    ],
    [
      'an id is a part of the path',
      buildRequest('circuits/{id}/usage', { id: 'a/b', step: 'day' }),
      '/api/v1/circuits/a%2Fb/usage?step=day',
      ['circuits', 'a/b'],
    ],
  ])('%s', (_, { url, queryKey }, expected, head) => {
    expect(url).toBe(expected)
    expect(queryKey.slice(0, 2)).toEqual(head)
  })

  it('of a command has its id in the path, and no second time in the query', () => {
    expect(buildApiUrl('gateways/{id}/azure-reports', { id: 'a/b', dry: 1 })).toBe(
      '/api/v1/gateways/a%2Fb/azure-reports?dry=1',
    )
  })

  it('equal parameters have one key, however they are written', () => {
    const key = createEndpointQuery('events', { scope: 'c1', cursor: null }).queryKey
    expect(createEndpointQuery('events', { scope: 'c1' }).queryKey).toEqual(key)
    expect(createEndpointQuery('events', { scope: 'c2' }).queryKey).not.toEqual(key)
  })

  it('a past range is not refetched', () => {
    const range = { id: 'c1', from: '2026-11-19T00:00:00Z' }
    expect(createEndpointQuery('circuits/{id}/traffic', { ...range, to: null }).refetchInterval).toBe(60_000)
    const past = createEndpointQuery('circuits/{id}/traffic', { ...range, to: '2026-11-20T00:00:00Z' })
    expect(refetchedWhen(past.refetchInterval, { settled: true })).toBe(false)
  })

  it('paths and parameters are typed by the contract', () => {
    // @ts-expect-error the contract has no such parameter
    createEndpointQuery('events', { colour: 'red' })
    // @ts-expect-error an id is required
    createEndpointQuery('circuits/{id}')
    // @ts-expect-error the contract has no such endpoint
    expect(() => createEndpointQuery('squares')).toThrow()
  })
})

/** Returns the paths of the endpoints that have this parameter. */
const taking = (name: string) =>
  Object.values(allApiEndpoints).flatMap(({ path, parameters }) =>
    name in ((parameters as { shape?: object }).shape ?? {}) ? [path.slice(1)] : [],
  )

describe('the moment in the address of a page', () => {
  const AT = '2026-11-25T03:12:00.000Z'
  const page = { customer: null, at: AT }

  it('is what endpoints are asked as of that take one; of names, sites and contacts those of now are of use, and a wall shows now', () => {
    expect(listEndpointsWithFlag('asOf').toSorted()).toEqual(
      taking('at')
        .filter((path) => path !== 'declarations' && !path.startsWith('wall'))
        .toSorted(),
    )
  })

  it.each([
    ['is added', addPageSelectionToParameters('sessions', { scope: 'g1' }, page), { scope: 'g1', at: AT }],
    [
      'changes no question that has its own',
      addPageSelectionToParameters('sessions', { at: '2026-11-20' }, page),
      { at: '2026-11-20' },
    ],
    ['changes no question about now', addPageSelectionToParameters('sessions', { at: null }, page), { at: null }],
    ['is left out where none can be said', addPageSelectionToParameters('sources', {}, page), {}],
    [
      'ends probes without a range',
      addPageSelectionToParameters('probes', { step: '15m' }, page),
      { step: '15m', to: AT },
    ],
    [
      'changes no range of probes',
      addPageSelectionToParameters('probes', { from: '2026-11-20', to: null }, page),
      { from: '2026-11-20', to: null },
    ],
    ['is left out now', addPageSelectionToParameters('sessions', {}, { customer: null, at: null }), {}],
  ])('%s', (_, asked, expected) => {
    expect(asked).toEqual(expected)
  })

  it('is asked for again only while it may still change', () => {
    const { refetchInterval } = createEndpointQuery('sessions', { scope: 'g1', at: AT })
    const refetched = [undefined, {}, { settled: true }, { settled: false }].map((data) =>
      refetchedWhen(refetchInterval, data),
    )
    expect(refetched).toEqual([false, false, false, 60_000])
    expect(createEndpointQuery('sessions', { scope: 'g1', at: null }).refetchInterval).toBe(10_000)
  })

  it.each([
    ['of the same moments', { scope: 'g1', at: AT }, { scope: 'g1', at: '2026-11-24T00:00:00.000Z' }, 'before'],
    ['of now', { scope: 'g1', at: AT }, { scope: 'g1' }, undefined],
    ['of the past', { scope: 'g1' }, { scope: 'g1', at: AT }, undefined],
  ])('shows what is %s until it is there', (_, asked, before, expected) => {
    const previous = createEndpointQuery('sessions', asked).placeholderData as unknown as (
      data: string,
      query: object,
    ) => unknown
    expect(previous('before', { queryKey: createEndpointQuery('sessions', before).queryKey })).toBe(expected)
  })
})

describe('the customer in the address of a page', () => {
  const takesCustomer = taking('customer')
  const ofCustomer = (path: ScreenEndpointPath, asked: QueryParameters, customer: string | null) =>
    addPageSelectionToParameters(path, asked, { customer, at: null })

  it('filters endpoints that take one', () => {
    expect(listEndpointsWithFlag('ofCustomer').filter((path) => !takesCustomer.includes(path))).toEqual([])
    expect(listEndpointsWithFlag('ofCustomer')).toEqual(
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
