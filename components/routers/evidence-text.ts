import type { ApiRouterMatchEvidence } from '#lib/routers/api/index.ts'

const evidenceNames: Record<keyof ApiRouterMatchEvidence, { name: string; differs: string }> = {
  mseeAddress: { name: 'address of the MSEE', differs: 'the MSEE’s address differs' },
  customerAddress: { name: 'address of the router', differs: 'the router’s own address differs' },
  asns: { name: 'both ASNs', differs: 'the ASNs differ' },
  isOnly: { name: 'no other router or path like it', differs: 'another router or path is alike' },
}

/**
 * Formats how many of the compared attributes (such as ASNs) of a router's session match a circuit path:
 * `3 of 4 agree: both ASNs not known`.
 */
export function formatRouterMatchEvidence(evidence: ApiRouterMatchEvidence): string {
  const items = (Object.keys(evidenceNames) as (keyof ApiRouterMatchEvidence)[]).map((key) => ({
    agrees: evidence[key],
    ...evidenceNames[key],
  }))
  const lacking = items.flatMap(({ agrees, name, differs }) =>
    agrees === true ? [] : [agrees === null ? `${name} not known` : differs],
  )
  const agreeing = `${items.length - lacking.length} of ${items.length} agree`
  return [agreeing, lacking.join(', ')].filter(Boolean).join(': ')
}

/** Names of the four attributes that are compared, for a tooltip. */
export const comparedAttributesTitle = Object.values(evidenceNames)
  .map(({ name }) => name)
  .join(', ')
