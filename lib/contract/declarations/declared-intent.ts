import { parsePrefix, type IpPrefix, PrefixTrie } from '#lib/bgp/index.ts'

/** Sites and policies that an operator declared. They define which circuits should carry which prefixes. */
export interface IntentDeclarations {
  sites: readonly { name: string; prefixes: readonly string[]; home: string | null }[]
  policies: readonly { kind: string; circuits: readonly string[]; prefixes: readonly string[] }[]
}

/** Circuits that should carry a prefix, and circuits that should take over if the carrying circuits fail. */
export interface DeclaredPrefixCircuits {
  declaredBy: 'site' | 'policy'
  /** name of the site; null = declared by a policy */
  site: string | null
  /**
   * true if the declaration lists prefixes. False = a policy without prefixes, which applies to all prefixes that its
   * circuits carry
   */
  namesPrefixes: boolean
  /** circuits that should carry the prefix: one, or several that should carry it together */
  primary: readonly string[]
  /** circuits that should take over; null = any circuit */
  backup: readonly string[] | null
}

/**
 * Returns a function that finds the declared intent of a prefix. If declarations of several prefixes cover it, the
 * longest of these prefixes counts. If a site and a policy name the same prefix, the policy counts. If no declaration
 * covers the prefix, all policies without prefixes are returned (ADR 0148).
 */
export function createIntentFinder({
  sites,
  policies,
}: IntentDeclarations): (prefix: IpPrefix) => DeclaredPrefixCircuits[] {
  const general = policies.filter(({ prefixes }) => prefixes.length === 0).flatMap((policy) => ofPolicy(policy) ?? [])
  const named = new Map<string, [IpPrefix, DeclaredPrefixCircuits]>()
  const declare = (text: string, intent: DeclaredPrefixCircuits) => {
    const prefix = parsePrefix(text)
    if (prefix) named.set(`${prefix.family} ${prefix.bits} ${prefix.length}`, [prefix, intent])
  }
  for (const { name, prefixes, home } of sites) {
    if (home === null) continue
    const intent = { declaredBy: 'site', site: name, namesPrefixes: true, primary: [home], backup: null } as const
    for (const text of prefixes) declare(text, intent)
  }
  for (const policy of policies) {
    const intent = ofPolicy(policy)
    if (intent) for (const text of policy.prefixes) declare(text, intent)
  }
  const trie = PrefixTrie.from(named.values())
  return (prefix) => {
    const covering = trie.matches({ family: prefix.family, value: prefix.bits })
    const found = covering.find((entry) => entry.prefix.length <= prefix.length)
    return found ? [found.value] : general
  }
}

/** Returns the intent of a policy; null for a `symmetric` policy, because it prefers no circuit. */
function ofPolicy({ kind, circuits, prefixes }: IntentDeclarations['policies'][number]): DeclaredPrefixCircuits | null {
  const [first, ...others] = circuits
  const own = { declaredBy: 'policy', site: null, namesPrefixes: prefixes.length > 0 } as const
  if (first === undefined || kind === 'symmetric') return null
  if (kind === 'active_active') return { ...own, primary: circuits, backup: null }
  return { ...own, primary: [first], backup: others }
}
