import { NO_CUSTOMERS } from '#lib/contract/index.ts'
import { AS_SHIPPED, type BesideReads, type Declared } from '#lib/poller/index.ts'
import type { Scenario, World } from '../simulator/index.ts'
import type { CorpusScenario } from './scenario.ts'
import { routerEndsOf } from './router-ends.ts'
import { pastOf } from './traffic-past.ts'

/** What detection reads beside polls, as a scenario has it: a past of four weeks of traffic, and nothing else that lasts for days. */
export function besideOf(scenario: CorpusScenario, world: World): BesideReads {
  const declared = declaredIn(scenario, world.scenario)
  const past = pastOf(world)
  return {
    declared: async () => declared,
    settings: async () => AS_SHIPPED,
    trafficPast: async ({ scope, peering, at }) => past(scope, peering, at),
    prefixMaxima: async () => [],
    routerEnds: async ({ at }) => routerEndsOf(scenario, world.scenario, at),
    // names are unique in an estate of the corpus
    shortIdOf: (resourceId) => resourceId.split('/').slice(4).at(-1) ?? 'subscription',
  }
}

/** The topology's sites unless the scenario has none, and the scenario's own declarations. */
function declaredIn({ declared, id }: CorpusScenario, estate: Scenario): Declared {
  const { maintenance, routers, policies, watched, customers, connectivity } = declared
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
    circuits: connectivity.map(({ circuit, model }) => ({
      circuit,
      connectivity: model,
      secondStag: null,
      natPools: [],
      classes: [],
      credits: [],
    })),
    customerRules: {
      ...NO_CUSTOMERS,
      customers: customers.map((customer) => ({ ...customer, connect: null, subscriptions: [], tenants: [] })),
    },
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
