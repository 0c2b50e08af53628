import { typedMomentText } from '../../time/typed-moment.ts'
import { type Field, resourceOptions } from '../../schema-form/fields.ts'

/** Circuits and gateways of a window; none = all. */
export const scopesField = (label: string, hint: string): Field => ({
  name: 'scopes',
  label,
  hint,
  kind: 'choices',
  options: resourceOptions,
  wide: true,
})

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
