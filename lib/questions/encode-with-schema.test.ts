import fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { z } from 'zod'
import { boundsCodec, bytesCodec, dateCodec, instantCodec, secondsBoundsCodec } from '#lib/contract/index.ts'
import { encodeWithSchema } from './encode-with-schema.ts'

const AT = Date.parse('2026-11-20T03:12:00Z')

const schema = z.object({
  at: instantCodec,
  seen: instantCodec.nullable().describe('null = never'),
  gone: instantCodec.optional(),
  stored: dateCodec,
  between: boundsCodec,
  lasted: secondsBoundsCodec,
  passed: z.array(bytesCodec),
  byName: z.record(z.string(), instantCodec),
  parts: z.array(
    z.discriminatedUnion('kind', [
      z.object({ kind: z.literal('now'), at: instantCodec }),
      z.object({ kind: z.enum(['ever', 'never']), at: z.string() }),
    ]),
  ),
  as: z.enum(['a', 'b']).default('a'),
  data: z.unknown(),
})

const inner: z.input<typeof schema> = {
  at: AT,
  seen: null,
  stored: new Date(AT),
  between: { earliest: Number.NEGATIVE_INFINITY, latest: AT },
  lasted: { minMs: 1_500, maxMs: 60_000 },
  passed: [2n ** 64n],
  byName: { here: AT },
  parts: [
    { kind: 'now', at: AT },
    { kind: 'never', at: 'as it is' },
  ],
  as: 'b',
  data: { of: ['any', { form: 1 }] },
}

describe('the form of an answer on the wire', () => {
  it('has instants and bounds as text, lengths in seconds, and bytes as decimal text', () => {
    expect(encodeWithSchema(schema, inner)).toEqual({
      at: '2026-11-20T03:12:00.000Z',
      seen: null,
      stored: '2026-11-20T03:12:00.000Z',
      between: ['1970-01-01T00:00:00.000Z', '2026-11-20T03:12:00.000Z'],
      lasted: { atLeastSeconds: 1.5, atMostSeconds: 60 },
      passed: ['18446744073709551616'],
      byName: { here: '2026-11-20T03:12:00.000Z' },
      parts: [
        { kind: 'now', at: '2026-11-20T03:12:00.000Z' },
        { kind: 'never', at: 'as it is' },
      ],
      as: 'b',
      data: { of: ['any', { form: 1 }] },
    })
    expectTypeOf(encodeWithSchema(schema, inner).between).toEqualTypeOf<[string, string]>()
  })

  it('is the one that zod writes, and is read back by the same schema', () => {
    expect(encodeWithSchema(schema, inner)).toEqual(schema.parse(inner))
    const finite = { ...inner, between: { earliest: 0, latest: AT } }
    expect(z.encode(schema, encodeWithSchema(schema, finite))).toEqual(finite)
  })

  it('fills in the default of an absent member', () => {
    const shown = z.object({ list: z.array(z.string()).default([]) })
    expect(encodeWithSchema(shown, {})).toEqual({ list: [] })
    expect(encodeWithSchema(shown, { list: ['a'] })).toEqual({ list: ['a'] })
  })

  it('leaves out what the schema does not name, and keeps the order of members', () => {
    const row = { hash: 'secret', b: 1, a: AT, parts: [{ c: 1, d: 2 }] }
    const shown = z.object({ a: instantCodec, b: z.number(), parts: z.array(z.object({ c: z.number() })) })
    expect(JSON.stringify(encodeWithSchema(shown, row))).toBe(
      '{"b":1,"a":"2026-11-20T03:12:00.000Z","parts":[{"c":1}]}',
    )
  })

  it('keeps members of a record and of a loose object', () => {
    const value = { loose: { a: 1, b: 2 }, record: { x: { y: 1, z: 2 } } }
    const shape = z.object({
      loose: z.looseObject({ a: z.number() }),
      record: z.record(z.string(), z.object({ y: z.number() })),
    })
    expect(encodeWithSchema(shape, value)).toEqual({ loose: { a: 1, b: 2 }, record: { x: { y: 1 } } })
  })

  it('is the value itself of a schema with nothing to write otherwise', () => {
    const value = { a: [1, 2] }
    const whole = z.record(z.string(), z.array(z.number()))
    expect(encodeWithSchema(whole, value)).toBe(value)
  })

  it('says every instant that can be asked for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(9999, 11, 31) }), (at) => {
        expect(Date.parse(encodeWithSchema(instantCodec, at))).toBe(at)
      }),
    )
  })
})
