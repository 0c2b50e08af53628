/** What several circuits have in common, and may fail as one; the more specific first. */
export const explainingKinds = ['router', 'provider', 'customer_side', 'location'] as const
export type ExplainingKind = (typeof explainingKinds)[number]

/** One shared element whose failure would explain an incident of several circuits. */
export interface Explanation {
  /** `customer_side`: what customers and providers have at a peering location, without Microsoft's side of it */
  kind: ExplainingKind
  /** of a router what an operator called it, else its MAC address; of anything at a place that peering location */
  name: string
  members: {
    of: 'circuits' | 'paths'
    /** those that failed in this incident; the rest are not proven healthy */
    hit: number
    /** those that are known to depend on it */
    total: number
  }
}

/** `peering location London, both of its 2 circuits`; several, none of which is ruled out, with `or`. '' = nothing explains it. */
export function formatExplanation(explanations: readonly Explanation[]): string {
  return explanations.map((one) => `${formatName(one)}, ${formatMember(one)}`).join('; or ')
}

function formatName({ kind, name }: Explanation): string {
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

function formatMember({ members: { of, hit, total } }: Explanation): string {
  if (hit === total) return total === 2 ? `both of its 2 ${of}` : `all of its ${total} ${of}`
  return `${hit} of its ${total} ${of}, the rest not confirmed healthy since`
}
