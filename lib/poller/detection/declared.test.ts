import { expect, it } from 'vitest'
import { NOTHING_DECLARED, withDeclared } from './declared.ts'
import { aloneGroup } from './topology-cache.ts'

const group = { ...aloneGroup('gw'), scopes: ['gw', 'lon'] }

it('leaves out what was declared of others', () => {
  const site = (name: string, home: string | null) => ({ name, home, prefixes: ['10.0.0.0/8'], routers: [] })
  const { topology } = withDeclared(group, {
    ...NOTHING_DECLARED,
    sites: [site('here', 'lon'), site('there', 'ams'), site('anywhere', null)],
    policies: [{ kind: 'symmetric', circuits: ['ams'], prefixes: [] }],
  })
  expect(topology.sites.map(({ name }) => name)).toEqual(['here', 'anywhere'])
  expect(topology).toMatchObject({ policies: [] })
})
