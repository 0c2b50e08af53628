import { circuitPaths } from '#lib/contract/vocabulary.ts'
import { formatTypedMoment } from '../../time/typed-moment.ts'
import { type FormFieldSpec, createNameOptions, buildResourceOptions } from '../../schema-form/form-fields.ts'

/** Returns the form field for the circuits and gateways that maintenance affects; no choice means all. */
export const createResourcesFormField = (label: string, hint: string): FormFieldSpec => ({
  name: 'scopes',
  label,
  hint,
  kind: 'choices',
  options: buildResourceOptions,
  wide: true,
})

/** Form field for the circuit paths that maintenance affects; no choice means both. */
export const pathsFormField: FormFieldSpec = {
  name: 'paths',
  label: 'Paths',
  hint: 'None chosen = both.',
  kind: 'choices',
  options: () => pathOptions,
}

export const circuitFormField: FormFieldSpec = {
  name: 'circuit',
  label: 'Circuit',
  kind: 'choice',
  options: ({ circuits }) => createNameOptions(circuits),
}

export const pathFormField: FormFieldSpec = {
  name: 'path',
  label: 'Path',
  kind: 'choice',
  initial: 'primary',
  options: () => pathOptions,
}

const pathOptions = circuitPaths.map((path) => ({ value: path, label: `${path} path` }))

/** Returns the initial start and end of a new maintenance window as text in the format of the form. */
export const formatInitialWindow = (from: number, to: number, zone: string): { from: string; to: string } => ({
  from: formatTypedMoment(from, zone),
  to: formatTypedMoment(to, zone),
})

/** Returns a new ID for a declared item. Events refer to the item by this ID, so it is short and readable. */
export function createDeclarationItemId(kind: string): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return `${kind}-${random.toString(36)}`
}
