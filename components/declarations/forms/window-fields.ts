import { circuitPaths } from '#lib/contract/vocabulary.ts'
import { typedMomentText } from '../../time/typed-moment.ts'
import { type Field, namedOptions, resourceOptions } from '../../schema-form/fields.ts'

/** Circuits and gateways of a window; none = all. */
export const scopesField = (label: string, hint: string): Field => ({
  name: 'scopes',
  label,
  hint,
  kind: 'choices',
  options: resourceOptions,
  wide: true,
})

/** Paths of circuits; none = both. */
export const pathsField: Field = {
  name: 'paths',
  label: 'Paths',
  hint: 'None chosen = both.',
  kind: 'choices',
  options: () => pathOptions,
}

export const circuitField: Field = {
  name: 'circuit',
  label: 'Circuit',
  kind: 'choice',
  options: ({ circuits }) => namedOptions(circuits),
}

export const pathField: Field = {
  name: 'path',
  label: 'Path',
  kind: 'choice',
  initial: 'primary',
  options: () => pathOptions,
}

const pathOptions = circuitPaths.map((path) => ({ value: path, label: `${path} path` }))

/** Returns start and end of a new window as its form shows them. */
export const proposedEnds = (from: number, to: number, zone: string): { from: string; to: string } => ({
  from: typedMomentText(from, zone),
  to: typedMomentText(to, zone),
})

/** Part of event flags, so it is short and readable. */
export function newId(kind: string): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return `${kind}-${random.toString(36)}`
}
