import { typedMomentText, typedWallClock } from '../../time/typed-moment.ts'
import { type Draft, type Field, draftText } from '../../schema-form/fields.ts'

/** Circuits and gateways of a window; none = all. */
export const scopesField = (label: string, hint: string): Field => ({
  name: 'scopes',
  label,
  hint,
  kind: 'choices',
  options: ({ circuits, gateways }) => [...circuits, ...gateways].map(({ id, name }) => ({ value: id, label: name })),
  wide: true,
})

/** Start and end of a window in its form: its own, or the defaults of a new one. */
export function endsShown(
  window: { from: string; to: string } | null,
  proposed: { from: number; to: number },
  zone: string,
): { from: string; to: string } {
  const shown = (at: string | undefined, otherwise: number) =>
    typedMomentText(at === undefined ? otherwise : Date.parse(at), zone)
  return { from: shown(window?.from, proposed.from), to: shown(window?.to, proposed.to) }
}

/** A wall clock time of the form as an instant; '' = not set. */
export function windowInstant(draft: Draft, name: string, zone: string): string {
  const text = draftText(draft, name)
  const at = text === '' ? null : typedWallClock(text, zone)
  return at === null ? '' : new Date(at).toISOString()
}

/** Part of event flags, so it is short and readable. */
export function newId(kind: string): string {
  const [random = 0] = crypto.getRandomValues(new Uint32Array(1))
  return `${kind}-${random.toString(36)}`
}
