import { expect, it } from 'vitest'
import { circuitNode } from '#lib/detection/testing/topologies.ts'
import { NOTHING_DECLARED } from '#lib/poller/testing/nothing-declared.ts'
import { addDeclarationsToGroup } from './group-declarations.ts'
import { createSingleResourceGroup } from './topology-cache.ts'

const isListed = (scope: string) => ['gw', 'lon', 'ams'].includes(scope)
const group = { ...createSingleResourceGroup('gw'), scopes: ['gw', 'lon'] }

it('takes who runs BGP at a circuit from what was declared of it', () => {
  const circuits = ['lon', 'ams'].map((scope) => ({ ...circuitNode(), scope, connectivity: 'exchange' as const }))
  const own = { ...group, topology: { ...group.topology, circuits } }
  const declared = (connectivity: 'telco' | null) =>
    addDeclarationsToGroup(
      own,
      {
        ...NOTHING_DECLARED,
        circuits: [{ circuit: 'lon', connectivity, secondStag: null, natPools: [], classes: [], credits: [] }],
      },
      isListed,
    ).topology.circuits.map((circuit) => circuit.connectivity)
  expect(declared('telco')).toEqual(['telco', 'exchange'])
  expect(declared(null)).toEqual(['exchange', 'exchange'])
})

it('leaves out what was declared of others', () => {
  const site = (name: string, home: string | null) => ({ name, home, prefixes: ['10.0.0.0/8'], routers: [] })
  const { topology } = addDeclarationsToGroup(
    group,
    {
      ...NOTHING_DECLARED,
      sites: [site('here', 'lon'), site('there', 'ams'), site('anywhere', null)],
      policies: [{ kind: 'symmetric', circuits: ['ams'], prefixes: [] }],
    },
    isListed,
  )
  expect(topology.sites.map(({ name }) => name)).toEqual(['here', 'anywhere'])
  expect(topology).toMatchObject({ policies: [] })
})

it('judges a site whose home circuit is gone by whatever reaches it', () => {
  const declared = { ...NOTHING_DECLARED, sites: [{ name: 'dc', home: 'ams', prefixes: ['10.0.0.0/8'], routers: [] }] }
  const sitesWhere = (listed: readonly string[]) =>
    addDeclarationsToGroup(group, declared, (scope) => listed.includes(scope)).topology.sites.map(({ name, home }) => [
      name,
      home,
    ])
  expect(sitesWhere(['gw', 'lon', 'ams'])).toEqual([])
  expect(sitesWhere(['gw', 'lon'])).toEqual([['dc', null]])
})
