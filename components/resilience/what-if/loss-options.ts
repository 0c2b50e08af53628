import type { Circuit } from '#lib/circuits/api/index.ts'
import type { DeclaredSite } from '#lib/contract/index.ts'
import type { Gateway, Hub } from '#lib/gateways/api/index.ts'

/** Group of options in a select list, for example all circuits that can fail in a scenario. */
export interface LossOptionGroup {
  label: string
  options: { value: string; label: string }[]
}

const distinct = (values: readonly (string | null)[]) =>
  [...new Set(values.flatMap((value) => value ?? []))].toSorted((a, b) => a.localeCompare(b))

/**
 * Returns the resources that a user can choose to fail in a what-if scenario, in groups: circuits, peering locations,
 * providers, paths, ports and LAGs, gateways, gateway instances, connections of hubs and declared routers. Empty groups
 * are left out.
 */
export function listLossOptions(
  circuits: readonly Circuit[],
  gateways: readonly Gateway[],
  sites: readonly DeclaredSite[],
  hubs: readonly Pick<Hub, 'gateways'>[] = [],
): LossOptionGroup[] {
  const named = (kind: string, values: readonly string[]) =>
    values.map((label) => ({ value: `${kind}:${label}`, label }))
  const groups: LossOptionGroup[] = [
    { label: 'Circuits', options: circuits.map(({ id, name }) => ({ value: id, label: name })) },
    {
      label: 'Locations',
      options: named(
        'location',
        distinct(circuits.flatMap(({ peeringLocations, peeringLocation }) => peeringLocations ?? peeringLocation)),
      ),
    },
    { label: 'Providers', options: named('provider', distinct(circuits.map(({ provider }) => provider))) },
    {
      label: 'Paths',
      options: circuits.flatMap(({ id, name, peerings }) =>
        peerings.flatMap(({ type, paths }) =>
          paths.map(({ path }) => ({
            value: type === 'private' ? `${id}/${path}` : `${id}/${type}/${path}`,
            label: `${name} ${type} ${path}`,
          })),
        ),
      ),
    },
    {
      label: 'Ports and LAGs',
      options: [...new Map(circuits.flatMap(({ port }) => (port?.id ? [[port.id, port.name]] : [])))].flatMap(
        ([id, name]) =>
          ['', '/link1', '/link2'].map((part) => ({
            value: `${id}${part}`,
            label: `${name}${part.replace('/', ' ')}`,
          })),
      ),
    },
    { label: 'Gateways', options: gateways.map(({ id, name }) => ({ value: id, label: name })) },
    {
      label: 'Instances',
      options: gateways.flatMap(({ id, name, instances }) =>
        instances.map(({ address }) => ({ value: `${id}/${address}`, label: `${name} ${address}` })),
      ),
    },
    {
      label: 'Connections of hubs',
      options: hubs.flatMap((hub) =>
        hub.gateways.flatMap(({ id, name, connections }) =>
          connections.map((connection) => ({
            value: `${id}/${connection.name}`,
            label: `${name} ${connection.name}`,
          })),
        ),
      ),
    },
    {
      label: 'Routers',
      options: named('router', distinct(sites.flatMap(({ routers }) => routers.map(({ name }) => name)))),
    },
  ]
  return groups.filter(({ options }) => options.length > 0)
}

/**
 * Kinds of configuration change that a what-if scenario can contain. `value` is the first part of the change's text in
 * the page's URL, `unit` is the label of its value, and `of` is the type of resource that it changes.
 */
export const whatIfChangeKinds = [
  { value: 'prepend', label: 'Prepend', unit: 'times', of: 'circuit' },
  { value: 'weight', label: 'Routing weight', unit: '0 to 32000', of: 'connection' },
  { value: 'withdraw', label: 'Withdraw', unit: 'prefix', of: 'circuit' },
  { value: 'bandwidth', label: 'Bandwidth', unit: 'Mbit/s', of: 'circuit' },
] as const
