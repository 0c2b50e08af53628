import type { CircuitFindingInput } from './finding-facts.ts'

/** Returns the fields that all findings about a circuit share. */
export function createCircuitFindingFields({ id, customer, use: { name, resourceId } }: CircuitFindingInput) {
  return {
    scope: id,
    resources: [id],
    began: null,
    ended: null,
    common: {
      subject: { kind: 'circuit' as const, id, resourceId, name },
      customer,
      links: [
        { label: `Cost of ${name}`, href: `/cost?circuit=${id}` },
        { label: name, href: `/circuits/${id}` },
      ],
    },
  }
}
