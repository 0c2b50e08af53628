/** What an operator declared before a scenario begins: the estate's own sites unless it says otherwise, and what it says beside. */
import type { Scenario } from '#lib/simulator/index.ts'
import type { Declared } from '#lib/poller/index.ts'
import type { CorpusScenario } from './scenario.ts'

export function declaredIn({ declared, id }: CorpusScenario, estate: Scenario): Declared {
  const { maintenance, routers, policies, mappings, watched } = declared
  return {
    sites: declared.sites
      ? sitesOf(estate).map((site) => ({ ...site, routers: routers.filter((router) => router.site === site.name) }))
      : [],
    mappings,
    policies,
    maintenance: maintenance.map(({ title, scopes, paths, at, until }, n) => ({
      id: `${id}-${n}`,
      title,
      scopes,
      paths,
      from: new Date(at).toISOString(),
      to: new Date(until).toISOString(),
      note: '',
    })),
    watched: watched.map((prefix) => ({ prefix, note: '' })),
  }
}

/** The first way by which a site announces itself is the one that is meant to carry it. */
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
