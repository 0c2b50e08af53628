import { describe, expect, it } from 'vitest'
import { eventsParameters } from '#lib/incidents/api/index.ts'
import { listParameters } from '#lib/contract/api/parameters.ts'
import { routesParameters } from '#lib/routes/api/index.ts'
import { sessionsParameters } from '#lib/sessions/api/index.ts'

describe('parameters are read', () => {
  it.each([
    { name: 'nothing: a page of a hundred', schema: listParameters, query: {}, expected: { limit: 100 } },
    { name: 'the largest page', schema: listParameters, query: { limit: '1000' }, expected: { limit: 1000 } },
    {
      name: 'an instant with an offset',
      schema: sessionsParameters,
      query: { at: '2026-11-20T04:12:00.5+01:00' },
      expected: { at: Date.UTC(2026, 10, 20, 3, 12, 0, 500), limit: 100 },
    },
    {
      name: 'the first moment',
      schema: sessionsParameters,
      query: { at: '1970-01-01T00:00:00Z' },
      expected: { at: 0, limit: 100 },
    },
    {
      name: 'the last moment',
      schema: sessionsParameters,
      query: { at: '9999-12-31T23:59:59.999Z' },
      expected: { at: 253_402_300_799_999, limit: 100 },
    },
    {
      name: 'a prefix, in canonical text',
      schema: routesParameters,
      query: { prefix: '2001:DB8:0::/32', asn: '4294967295' },
      expected: { prefix: '2001:db8::/32', asn: 4294967295, sort: 'prefix', order: 'asc', limit: 100 },
    },
    {
      name: 'a moment as a range',
      schema: eventsParameters,
      query: { from: '2026-11-20T03:12:00Z', to: '2026-11-20T03:12:00Z' },
      expected: { from: Date.UTC(2026, 10, 20, 3, 12), to: Date.UTC(2026, 10, 20, 3, 12), limit: 100 },
    },
  ])('$name', ({ schema, query, expected }) => {
    expect(schema.parse(query)).toEqual(expected)
  })
})

describe('parameters are refused with what to send instead', () => {
  it.each([
    { query: { limit: '0' }, says: /from 1 to 1000/ },
    { query: { limit: '1001' }, says: /from 1 to 1000/ },
    { query: { limit: '-5' }, says: /from 1 to 1000/ },
    { query: { limit: '1e2' }, says: /from 1 to 1000/ },
    { query: { limit: '' }, says: /from 1 to 1000/ },
    { query: { at: 'yesterday' }, says: /ISO 8601/ },
    { query: { at: '2026-02-30T00:00:00Z' }, says: /ISO 8601/ },
    { query: { at: '2026-11-20T03:12:00 01:00' }, says: /%2B/ },
    { query: { at: '1763608320' }, says: /ISO 8601/ },
    { query: { at: '0000-01-01T00:00:00Z' }, says: /1970 to 9999/ },
    { query: { at: '1969-12-31T23:59:59.999Z' }, says: /1970 to 9999/ },
    { query: { at: '1970-01-01T00:00:00+00:01' }, says: /1970 to 9999/ },
    { query: { at: '9999-12-31T23:59:59-23:59' }, says: /1970 to 9999/ },
    { query: { scope: '' }, says: /short id/ },
    { query: { scope: 'a\u0000b' }, says: /control characters/ },
    { query: { prefix: '10.0.0.1/8' }, says: /10\.1\.0\.0\/16/ },
    { query: { prefix: 'ten' }, says: /no IP prefix/ },
    { query: { prefix: '10.0.0.0/33' }, says: /no IP prefix/ },
    { query: { asn: 'AS65001' }, says: /65001/ },
    { query: { asn: '-1' }, says: /65001/ },
    { query: { table: 'all' }, says: /learned, advertised, tables/ },
    { query: { colour: 'red' }, says: /colour/ },
  ])('$query', ({ query, says }) => {
    const read = routesParameters.safeParse(query)
    expect(read.success).toBe(false)
    expect(read.error?.issues[0]?.message).toMatch(says)
  })

  it('a range that runs backwards', () => {
    const read = eventsParameters.safeParse({ from: '2026-11-20T03:12:00Z', to: '2026-11-20T03:11:00Z' })
    expect(read.error?.issues[0]?.message).toMatch(/earlier from/)
  })
})
