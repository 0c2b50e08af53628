import { type FieldErrors, type FieldValues, type Resolver, set } from 'react-hook-form'
import type { z } from 'zod'

/** Errors by field name, with dots for nested objects. `root` is an error of the whole form. */
export type FieldFaults = Readonly<Record<string, string>>

/** Result of reading a form: a body that the API accepts, or the errors. */
export type FormRead<Body> = { body: Body } | { faults: FieldFaults }

/**
 * Validates the input with a schema of the API contract, which contains the rules (ADR 0107).
 * @param fieldOf returns the form field for a path in the schema's input
 * @param more additional errors, which replace the errors of the schema at the same field
 */
export function readBySchema<Body>(
  schema: z.ZodType<Body>,
  input: unknown,
  fieldOf: (path: readonly PropertyKey[]) => string,
  more: FieldFaults = {},
): FormRead<Body> {
  const read = schema.safeParse(input)
  const faults: Record<string, string> = { ...more }
  for (const { path, message } of read.error?.issues ?? []) faults[fieldOf(path)] ??= message
  return read.success && Object.keys(faults).length === 0 ? { body: read.data } : { faults }
}

/** Returns a React Hook Form resolver for a form that is {@link FormRead read} as a whole. */
export function resolverOf<Fields extends FieldValues, Body>(
  read: (fields: Fields) => FormRead<Body>,
): Resolver<Fields, unknown, Body> {
  return (fields) => {
    const result = read(fields)
    if ('body' in result) return { values: result.body, errors: {} }
    const errors: FieldErrors<Fields> = {}
    for (const [field, message] of Object.entries(result.faults)) set(errors, field, { type: 'invalid', message })
    return { values: {}, errors }
  }
}

/**
 * Error if the rules of a form cannot be loaded. The entered values are kept, and the next attempt loads the rules
 * again.
 */
const NO_RULES = 'The rules of the form could not be loaded. Try again.'

/**
 * Works like {@link resolverOf}, with rules that are loaded when the form is first validated, so that a page can show
 * its forms without the contract's schemas.
 * @param load loads the rules; returns the same rules each time
 */
export function lateResolverOf<Fields extends FieldValues, Body>(
  load: () => Promise<(fields: Fields) => FormRead<Body>>,
): Resolver<Fields, unknown, Body> {
  return async (fields, ...rest) => {
    const read = await load().catch(() => () => ({ faults: { root: NO_RULES } }))
    return resolverOf(read)(fields, ...rest)
  }
}
