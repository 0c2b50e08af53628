import type { z } from 'zod'
import { InvalidRequestError } from '#lib/questions/index.ts'
import { readRequestJson } from './body.ts'
import { formatFault } from './validation-fault-text.ts'

/**
 * Reads the query parameters of a request and validates them.
 * @throws InvalidRequestError whose message contains the first error and the values to send instead
 */
export function parseQueryParameters<Schema extends z.ZodType>(request: Request, schema: Schema): z.output<Schema> {
  const { searchParams } = new URL(request.url)
  for (const name of new Set(searchParams.keys())) {
    if (searchParams.getAll(name).length > 1) throw new InvalidRequestError(`${name}: send it once, not several times`)
  }
  // zod would drop the parameter `__proto__` without an error, so that it is refused here.
  if (searchParams.has('__proto__')) throw new InvalidRequestError(unknownParameter(['__proto__'], '', schema))
  return validateWithSchema(Object.fromEntries(searchParams), schema)
}

/**
 * Validates a value with a schema. The error message begins with the path of the invalid field or, if the value as a
 * whole is invalid, with `name`.
 * @throws InvalidRequestError whose message contains the first error and the values to send instead
 */
export function validateWithSchema<Schema extends z.ZodType>(
  value: unknown,
  schema: Schema,
  name = 'query',
): z.output<Schema> {
  const read = schema.safeParse(value, { error: formatFault })
  if (read.success) return read.data
  const [issue] = read.error.issues
  const where = issue?.path.join('.') ?? ''
  if (issue?.code === 'unrecognized_keys') throw new InvalidRequestError(unknownParameter(issue.keys, where, schema))
  throw new InvalidRequestError(`${where || name}: ${issue?.message ?? 'not understood'}`)
}

/**
 * Reads the JSON body of a request and validates it. A missing body counts as an empty object.
 * @throws InvalidRequestError if the body does not match the schema, and the errors of {@link readRequestJson}
 */
export async function parseRequestBody<Schema extends z.ZodType>(
  request: Request,
  schema: Schema,
): Promise<z.output<Schema>> {
  return validateWithSchema(await readRequestJson(request), schema, 'body')
}

/**
 * Returns the error message for unknown keys in a request.
 * @param where path of the object in the body that contains the unknown keys; '' = the keys are query parameters or at
 *   the top level of the body
 */
function unknownParameter(keys: readonly string[], where: string, schema: z.ZodType): string {
  if (where !== '') return `${where}: there is no ${keys.join(', ')} in it; leave it out`
  const known = 'shape' in schema ? Object.keys(schema.shape as object) : []
  const instead = known.length > 0 ? `known are ${known.join(', ')}` : 'this resource takes none'
  return `${keys.join(', ')}: no such parameter; ${instead}`
}
