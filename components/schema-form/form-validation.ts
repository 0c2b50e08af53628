import { type FieldErrors, type FieldValues, type Resolver, set } from 'react-hook-form'
import type { z } from 'zod'

/** Error texts by field name. The name of a nested field contains dots. `root` is an error of the whole form. */
export type FieldFaults = Readonly<Record<string, string>>

/** Result of validating a form: a request body that the API accepts, or the errors. */
export type FormValidation<Body> = { body: Body } | { faults: FieldFaults }

/**
 * Validates input with a schema of the API, because only the schemas contain the rules (ADR 0107).
 * @param fieldOf converts the path of an error in the input to the form field at which it is shown
 * @param more further errors; they replace errors of the schema at the same field
 */
export function validateFormInput<Body>(
  schema: z.ZodType<Body>,
  input: unknown,
  fieldOf: (path: readonly PropertyKey[]) => string,
  more: FieldFaults = {},
): FormValidation<Body> {
  const read = schema.safeParse(input)
  const faults: Record<string, string> = { ...more }
  for (const { path, message } of read.error?.issues ?? []) faults[fieldOf(path)] ??= message
  return read.success && Object.keys(faults).length === 0 ? { body: read.data } : { faults }
}

/**
 * Returns a React Hook Form resolver that validates all fields of a form together, with a function that returns a
 * {@link FormValidation}.
 */
export function createFormResolver<Fields extends FieldValues, Body>(
  read: (fields: Fields) => FormValidation<Body>,
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
 * Error text that is shown if the validation code of a form cannot be loaded. The entered values are kept, and the next
 * attempt loads the code again.
 */
const NO_RULES = 'The rules of the form could not be loaded. Try again.'

/**
 * Returns a resolver like {@link createFormResolver}, but loads the validation code when the form is first validated. A
 * page can therefore show its forms without loading the schemas of the API.
 * @param load loads the validation function; returns the same function each time
 */
export function createLazyResolver<Fields extends FieldValues, Body>(
  load: () => Promise<(fields: Fields) => FormValidation<Body>>,
): Resolver<Fields, unknown, Body> {
  return async (fields, ...rest) => {
    const read = await load().catch(() => () => ({ faults: { root: NO_RULES } }))
    return createFormResolver(read)(fields, ...rest)
  }
}
