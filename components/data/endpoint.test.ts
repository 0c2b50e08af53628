import { describe, expect, it } from 'vitest'
import { endpointQuery, requestOf } from './endpoint.ts'

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
