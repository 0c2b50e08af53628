import { parsePrefix, type Prefix, PrefixTrie } from '#lib/bgp/index.ts'

/** What of the declarations says which circuits carry what. */
export interface IntentDeclarations {
  sites: readonly { name: string; prefixes: readonly string[]; home: string | null }[]
  policies: readonly { kind: string; circuits: readonly string[]; prefixes: readonly string[] }[]
}

/** Which circuits are meant to carry a prefix, and which are meant to wait. */
export interface DeclaredIntent {
  declaredBy: 'site' | 'policy'
  /** the site's name; null = a policy */
  site: string | null
  /** whether it names prefixes; without, it is about whatever its circuits carry */
  namesPrefixes: boolean
  /** circuits that are meant to carry it: one, or all of those that share it */
  primary: readonly string[]
  /** circuits that are meant to wait; null = whichever there is */
  backup: readonly string[] | null
}

/**
 * Finds what is declared of a prefix: the declaration with the longest prefix that covers it decides, a policy before a site's home. Where none
 * covers it, every policy without prefixes may be about it (ADR 0148).
 */
export function intentFinder({ sites, policies }: IntentDeclarations): (prefix: Prefix) => DeclaredIntent[] {
  const general = policies.filter(({ prefixes }) => prefixes.length === 0).flatMap((policy) => ofPolicy(policy) ?? [])
  const named = new Map<string, [Prefix, DeclaredIntent]>()
  const declare = (text: string, intent: DeclaredIntent) => {
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

/** Circuits that are declared symmetric are not meant to wait, nor to carry anything alone. */
function ofPolicy({ kind, circuits, prefixes }: IntentDeclarations['policies'][number]): DeclaredIntent | null {
  const [first, ...others] = circuits
  const own = { declaredBy: 'policy', site: null, namesPrefixes: prefixes.length > 0 } as const
  if (first === undefined || kind === 'symmetric') return null
  if (kind === 'active_active') return { ...own, primary: circuits, backup: null }
  return { ...own, primary: [first], backup: others }
}
