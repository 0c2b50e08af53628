import { type FieldErrors, type FieldValues, type Resolver, set } from 'react-hook-form'
import type { z } from 'zod'

/** Errors by field, a dot being a step into an object. `root` = of the form as a whole. */
export type FieldFaults = Readonly<Record<string, string>>

/** What the fields of a form say: a body that the API takes, or what is wrong with them. */
export type FormRead<Body> = { body: Body } | { faults: FieldFaults }

/**
 * Reads what was entered by a schema of the contract, which holds the rules (ADR 0107).
 * @param fieldOf the field that a path of the schema's input comes from
 * @param more faults beyond the schema, which win at their fields
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

/** React Hook Form's resolver for a form that {@link FormRead reads} its fields as a whole. */
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

/** Said where the rules of a form are not there: what was entered stays, and the next attempt fetches them again. */
const NO_RULES = 'The rules of the form could not be loaded. Try again.'

/**
 * As {@link resolverOf}, with rules that are fetched when the form is first read: a page shows its forms without the contract's
 * schemas.
 * @param load the same rules each time
 */
export function lateResolverOf<Fields extends FieldValues, Body>(
  load: () => Promise<(fields: Fields) => FormRead<Body>>,
): Resolver<Fields, unknown, Body> {
  return async (fields, ...rest) => {
    const read = await load().catch(() => () => ({ faults: { root: NO_RULES } }))
    return resolverOf(read)(fields, ...rest)
  }
}
