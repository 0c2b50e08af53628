import type { GroupTopology } from '#lib/detection/index.ts'
import type { DetectionDeclarations, TopologyGroup } from './types.ts'

/**
 * Returns a group with the operators' declarations about its members. Declared mappings are not added here, because
 * they are merged with the mappings that routes show. If the home circuit of a site (the circuit that normally carries
 * its traffic) was removed, the site has no home circuit until an operator declares another one. It is then evaluated
 * with every circuit that reaches it.
 * @param isListed reports whether a scope belongs to any group
 */
export function addDeclarationsToGroup(
  group: TopologyGroup,
  declared: DetectionDeclarations,
  isListed: (scope: string) => boolean,
): TopologyGroup {
  const inside = new Set(group.scopes)
  const isAbout = (scopes: readonly string[]) => scopes.length === 0 || scopes.some((scope) => inside.has(scope))
  const topology: GroupTopology = {
    ...group.topology,
    sites: declared.sites
      .map((site) => (site.home !== null && !isListed(site.home) ? { ...site, home: null } : site))
      .filter(({ home }) => home === null || inside.has(home))
      .map(({ name, prefixes, home, routers }) => ({
        name,
        prefixes,
        home,
        routers: Object.fromEntries(routers.map((router) => [router.name, router.addresses])),
      })),
    policies: declared.policies.filter(({ circuits }) => isAbout(circuits)),
    maintenance: declared.maintenance
      .filter(({ scopes }) => isAbout(scopes))
      .map(({ id, title, from, to, scopes, paths }) => ({
        id,
        title,
        announcedBy: 'operator' as const,
        from: Date.parse(from),
        to: Date.parse(to),
        scopes,
        paths,
      })),
    ...(declared.tests?.some(({ scope }) => inside.has(scope)) && {
      tests: declared.tests.filter(({ scope }) => inside.has(scope)),
    }),
    watched: declared.watched.map(({ prefix }) => prefix),
    circuits: group.topology.circuits.map((circuit) => ({
      ...circuit,
      connectivity:
        declared.circuits?.find((one) => one.circuit === circuit.scope)?.connectivity ?? circuit.connectivity,
    })),
  }
  return { ...group, topology }
}
