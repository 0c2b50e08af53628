import { expect, it } from 'vitest'
import { z } from 'zod'
import { toCsvRows } from '#lib/contract/csv.ts'
import { boundsCodec } from '#lib/contract/index.ts'
import { createCsvColumns } from './csv-columns.ts'

const row = z.object({
  name: z.string(),
  bytes: z.string().nullable(),
  since: boundsCodec.nullable(),
  sku: z.object({ tier: z.string(), zones: z.array(z.string()) }).optional(),
  parts: z.array(z.object({ n: z.number() })),
})

const columns = createCsvColumns(row)
const read = (value: unknown) => toCsvRows(columns, [value])[1]

it('nested fields and bounds are columns of their own', () => {
  expect(Object.keys(columns)).toEqual([
    'name',
    'bytes',
    'since.notBefore',
    'since.notAfter',
    'sku.tier',
    'sku.zones',
    'parts',
  ])
})

it('what is missing is empty, lists are joined or in words, digits stay', () => {
  expect(
    read({
      name: 'a',
      bytes: '9007199254740993',
      since: ['x', 'y'],
      sku: { tier: 's', zones: ['1', '2'] },
      parts: [{ n: 1 }],
    }),
  ).toEqual(['a', '9007199254740993', 'x', 'y', 's', '1 2', 'n=1'])
  const listed = columns.parts?.({ parts: [{ n: 1, of: { a: 'x', b: null }, tags: ['p', 'q'] }, { n: 2 }] })
  expect(listed).toBe('n=1 of.a=x tags=p,q; n=2')
  expect(read({ name: 'a', bytes: null, since: null, parts: [] })).toEqual(['a', null, null, null, null, null, ''])
})
