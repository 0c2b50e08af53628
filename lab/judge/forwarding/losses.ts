/** Every single loss of an estate: the term of the product's query, and the happenings in the world. */
import type { HappeningInput } from '../../simulator/index.ts'
import type { JudgedEstate, JudgedEstatePathName } from '../estate.ts'

const PATHS: readonly JudgedEstatePathName[] = ['primary', 'secondary']

const otherPath = (path: JudgedEstatePathName): JudgedEstatePathName => (path === 'primary' ? 'secondary' : 'primary')

export interface ResourceLossToPredict {
  readonly what: string
  /** value of the query parameter `lose`; `{name}` is replaced by the short ID of the resource */
  readonly term: string
  readonly happenings: (at: string) => HappeningInput[]
  /** happenings of the same loss on the other path of each circuit; absent if the loss affects both paths */
  readonly swapped?: (at: string) => HappeningInput[]
}

export function listPredictableResourceLosses({ circuits, gateways, vpn, hub }: JudgedEstate): ResourceLossToPredict[] {
  const cut = (names: readonly string[], paths: readonly JudgedEstatePathName[], at: string): HappeningInput[] =>
    circuits
      .filter(({ name }) => names.includes(name))
      .flatMap(({ name, peerings }) =>
        peerings.flatMap((peering) =>
          paths.map((path) => ({ op: 'cut-path', circuit: name, peering, path, at }) as HappeningInput),
        ),
      )
  const withoutInstances = (gateway: string, instances: readonly string[], at: string): HappeningInput[] =>
    instances.map((instance) => ({ op: 'instance-loss', gateway, instance, at }))
  const at = (place: string) => circuits.filter((one) => one.place === place).map(({ name }) => name)
  return [
    ...circuits.flatMap(({ name }): ResourceLossToPredict[] =>
      PATHS.map((path) => ({
        what: 'path',
        term: `{${name}}/private/${path}`,
        happenings: (time) => [{ op: 'cut-path', circuit: name, path, at: time }],
        swapped: (time) => [{ op: 'cut-path', circuit: name, path: otherPath(path), at: time }],
      })),
    ),
    ...circuits.map(
      ({ name }): ResourceLossToPredict => ({
        what: 'circuit',
        term: `{${name}}`,
        happenings: (time) => cut([name], PATHS, time),
      }),
    ),
    ...[...new Set(circuits.map(({ place }) => place))].flatMap((place): ResourceLossToPredict[] => {
      const names = at(place)
      if (!place.endsWith(' Metro'))
        return [{ what: 'location', term: `location:${place}`, happenings: (time) => cut(names, PATHS, time) }]
      // the product assumes that the primary paths of the circuits end at the first of the two Metro sites
      const site = place.replace(' Metro', '')
      return PATHS.map((path, n) => ({
        what: 'metro site',
        term: `location:${site}${n === 0 ? '' : '2'}`,
        happenings: (time) => cut(names, [path], time),
        swapped: (time) => cut(names, [otherPath(path)], time),
      }))
    }),
    ...[...new Set(circuits.map(({ provider }) => provider))].map((provider): ResourceLossToPredict => {
      const names = circuits.filter((one) => one.provider === provider).map(({ name }) => name)
      return { what: 'provider', term: `provider:${provider}`, happenings: (time) => cut(names, PATHS, time) }
    }),
    ...[...gateways, ...(vpn ? [{ name: vpn.gateway, instances: vpn.instances }] : [])].flatMap(
      ({ name, instances }): ResourceLossToPredict[] => [
        ...instances.map((instance) => ({
          what: 'instance',
          term: `{${name}}/${instance}`,
          happenings: (time: string) => withoutInstances(name, [instance], time),
        })),
        { what: 'gateway', term: `{${name}}`, happenings: (time) => withoutInstances(name, instances, time) },
      ],
    ),
    ...circuits.flatMap((circuit) =>
      circuit.gateways.map(
        ({ connection }): ResourceLossToPredict => ({
          what: 'connection',
          term: `{${connection}}`,
          happenings: (time) => [{ op: 'configuration', kind: 'connection', name: connection, absent: true, at: time }],
        }),
      ),
    ),
    // no happening removes a hub; `ofRow` in what-ifs.ts treats the lost hub as a place that forwards nothing
    ...(hub ? [{ what: 'hub', term: `{${hub.name}}`, happenings: () => [] }] : []),
  ]
}
