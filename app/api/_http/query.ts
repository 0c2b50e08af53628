import type { z } from 'zod'
import { InvalidRequestError } from '#lib/questions/index.ts'
import { readJson } from './body.ts'
import { formatFault } from './fault-text.ts'

/**
 * Reads the parameters of a request by their schema.
 * @throws InvalidRequestError naming the first fault and what to send instead
 */
export function readQuery<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const { searchParams } = new URL(request.url)
  for (const name of new Set(searchParams.keys())) {
    if (searchParams.getAll(name).length > 1) throw new InvalidRequestError(`${name}: send it once, not several times`)
  }
  // schemas leave it out without a word
  if (searchParams.has('__proto__')) throw new InvalidRequestError(unknownParameter(['__proto__'], '', schema))
  return readValue(Object.fromEntries(searchParams), schema)
}

/** As {@link readQuery}, of values at hand; `name` is said where the schema itself names no field. */
export function readValue<Schema extends z.ZodType>(value: unknown, schema: Schema, name = 'query'): z.output<Schema> {
  const read = schema.safeParse(value, { error: formatFault })
  if (read.success) return read.data
  const [issue] = read.error.issues
  const where = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') throw new InvalidRequestError(unknownParameter(issue.keys, where, schema))
  throw new InvalidRequestError(`${where || name}: ${issue?.message ?? 'not understood'}`)
}

/**
 * Reads a JSON body by its schema; no body at all reads as an empty object.
 * @throws InvalidRequestError if it is not of the schema, and as {@link readJson}
 */
export async function readBody<Schema extends z.ZodType>(request: Request, schema: Schema): Promise<z.output<Schema>> {
  return readValue(await readJson(request), schema, 'body')
}

/** @param where '' = the parameters themselves; else the part of a body that holds the unknown ones */
function unknownParameter(keys: readonly string[], where: string, schema: z.ZodType): string {
  if (where !== '') return `${where}: there is no ${keys.join(', ')} in it; leave it out`
  const known = 'shape' in schema ? Object.keys(schema.shape as object) : []
  const instead = known.length > 0 ? `known are ${known.join(', ')}` : 'this resource takes none'
  return `${keys.join(', ')}: no such parameter; ${instead}`
}
