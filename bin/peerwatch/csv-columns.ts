import { z } from 'zod'
import type { CsvCell, CsvColumns } from '#lib/contract/csv.ts'

type Read = (row: unknown) => unknown

/**
 * Returns the CSV columns of a list, from the schema of its rows. Each field of a nested object has a column
 * (`cause.owner`). A time that is known within bounds has two columns (`began.notBefore` and `began.notAfter`). A list
 * of simple values is joined with spaces, and a list of objects becomes one text.
 */
export const createCsvColumns = (row: z.ZodType): CsvColumns<unknown> =>
  Object.fromEntries(columnsUnder(row, '', (value) => value).map(([name, read]) => [name, (row) => cellOf(read(row))]))

function columnsUnder(schema: z.ZodType, name: string, read: Read): [name: string, Read][] {
  const bare = unwrapped(schema)
  if (bare instanceof z.ZodObject) {
    return Object.entries(bare.shape).flatMap(([key, field]) =>
      columnsUnder(field as z.ZodType, name === '' ? key : `${name}.${key}`, (value) => fieldOf(read(value), key)),
    )
  }
  if (bare instanceof z.ZodTuple && bare.def.items.length === 2) {
    return ['notBefore', 'notAfter'].map((end, at) => [`${name}.${end}`, (value) => fieldOf(read(value), at)])
  }
  return [[name, read]]
}

function unwrapped(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault) {
    return unwrapped(schema.unwrap() as z.ZodType)
  }
  return schema instanceof z.ZodCodec ? (schema.out as z.ZodType) : schema
}

const fieldOf = (value: unknown, key: string | number): unknown =>
  value === null || value === undefined ? null : (value as Record<string | number, unknown>)[key]

function cellOf(value: unknown): CsvCell {
  if (value === null || value === undefined) return null
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return value
  if (Array.isArray(value) && value.every((item) => typeof item === 'string' || typeof item === 'number'))
    return value.join(' ')
  return wordsOf(value)
}

/** Converts a list of objects to text for a spreadsheet cell, for example `name=a state=up; name=b state=down`. */
function wordsOf(value: unknown, name = ''): string {
  if (value === null || value === undefined) return ''
  if (Array.isArray(value)) {
    const isPlain = value.every((one) => typeof one !== 'object' || one === null)
    const words = value.map((one) => wordsOf(one))
    return isPlain ? named(name, words.join(',')) : words.filter(Boolean).join('; ')
  }
  if (typeof value !== 'object') return named(name, String(value))
  const fields = Object.entries(value).map(([key, field]) => wordsOf(field, name === '' ? key : `${name}.${key}`))
  return fields.filter(Boolean).join(' ')
}

const named = (name: string, text: string): string => (name === '' || text === '' ? text : `${name}=${text}`)
