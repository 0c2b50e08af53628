/** Kinds of elements that several circuits can share and whose failure affects all of them, most specific first. */
export const sharedElementKinds = ['router', 'provider', 'customer_side', 'location'] as const
export type SharedElementKind = (typeof sharedElementKinds)[number]

/**
 * Element that several circuits share, for example a router, a provider or a location. Its failure would explain an
 * incident with several circuits.
 */
export interface IncidentExplanation {
  /**
   * kind of the element. `customer_side` = equipment of customers and providers at a peering location, without
   * Microsoft's equipment
   */
  kind: SharedElementKind
  /**
   * name of the element. For a router it is the name that the operator declared, otherwise its MAC address; for the
   * other kinds it is the name of the provider or peering location
   */
  name: string
  members: {
    of: 'circuits' | 'paths'
    /**
     * number of circuits or paths of the element that failed in this incident; the others are not proved to be healthy
     */
    hit: number
    /** number of circuits or paths that are known to depend on the element */
    total: number
  }
}

/**
 * Returns a text such as `peering location London, both of its 2 circuits`. Several possible explanations are joined
 * with `or`. '' = no explanation.
 */
export function formatIncidentExplanations(explanations: readonly IncidentExplanation[]): string {
  return explanations.map((one) => `${formatName(one)}, ${formatMember(one)}`).join('; or ')
}

function formatName({ kind, name }: IncidentExplanation): string {
  switch (kind) {
    case 'router':
      return `router ${name}`
    case 'provider':
      return `provider ${name}`
    case 'customer_side':
      return `customer’s or provider’s side at ${name}`
    case 'location':
      return `peering location ${name}`
  }
}

function formatMember({ members: { of, hit, total } }: IncidentExplanation): string {
  if (hit === total) return total === 2 ? `both of its 2 ${of}` : `all of its ${total} ${of}`
  return `${hit} of its ${total} ${of}, the rest not confirmed healthy since`
}
