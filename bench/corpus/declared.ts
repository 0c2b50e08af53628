/** What an operator declared before a scenario begins: the topology's sites unless the scenario has none, and its own declarations. */
import type { Scenario } from '#lib/simulator/index.ts'
import type { Declared } from '#lib/poller/index.ts'
import type { CorpusScenario } from './scenario.ts'

export function declaredIn({ declared, id }: CorpusScenario, estate: Scenario): Declared {
  const { maintenance, routers, policies, watched } = declared
  return {
    sites: declared.sites
      ? sitesOf(estate).map((site) => ({ ...site, routers: routers.filter((router) => router.site === site.name) }))
      : [],
    mappings: [],
    policies,
    maintenance: maintenance.map(({ title, scopes, at, until }, n) => ({
      id: `${id}-${n}`,
      title,
      scopes,
      paths: [],
      from: new Date(at).toISOString(),
      to: new Date(until).toISOString(),
      note: '',
    })),
    watched: watched.map((prefix) => ({ prefix, note: '' })),
  }
}

/** A site's home is the circuit that it announces itself on first. */
function sitesOf({ sites }: Scenario): { name: string; prefixes: string[]; home: string | null }[] {
  return sites.map(({ name, prefixes, announces }) => {
    const [first] = announces
    return {
      name,
      prefixes: prefixes.filter((prefix) => typeof prefix === 'string'),
      home: first?.circuit ?? null,
    }
  })
}
