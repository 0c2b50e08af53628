import type { z } from 'zod'
import { BadQuestionError } from '#lib/answers/index.ts'

/**
 * Reads the parameters of a request by their schema.
 * @throws BadQuestionError naming the first fault and what to send instead
 */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const { searchParams } = new URL(request.url)
  for (const name of new Set(searchParams.keys())) {
    if (searchParams.getAll(name).length > 1) throw new BadQuestionError(`${name}: send it once, not several times`)
  }
  return readValue(Object.fromEntries(searchParams), schema)
}

/** As {@link readQuery}, of values at hand; `name` is said where the schema itself names no field. */
export function readValue<Schema extends z.ZodType>(value: unknown, schema: Schema, name = 'query'): z.output<Schema> {
  const read = schema.safeParse(value)
  if (read.success) return read.data
  const [issue] = read.error.issues
  if (issue?.code === 'unrecognized_keys') throw new BadQuestionError(unknownParameter(issue.keys, schema))
  throw new BadQuestionError(`${issue?.path.join('.') || name}: ${issue?.message ?? 'not understood'}`)
}

/**
 * Reads a JSON body by its schema; no body at all reads as an empty object.
 * @throws BadQuestionError if it is no JSON, or not of the schema
 */
export async function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  const text = await request.text()
  if (text.trim() === '') return readValue({}, schema, 'body')
  let body: unknown
  try {
    body = JSON.parse(text)
  } catch {
    throw new BadQuestionError('body: send JSON')
  }
  return readValue(body, schema, 'body')
}

function unknownParameter(keys: readonly string[], schema: z.ZodType): string {
  const known = 'shape' in schema ? Object.keys(schema.shape as object) : []
  const instead = known.length > 0 ? `known are ${known.join(', ')}` : 'this resource takes none'
  return `${keys.join(', ')}: no such parameter; ${instead}`
}
