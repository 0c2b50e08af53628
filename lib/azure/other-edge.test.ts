import { describe, expect, it } from 'vitest'
import { armTypes } from '#lib/contract/index.ts'
import { decodeResourceConfig } from './config/index.ts'
import { armError } from './testing/arm-server.ts'
import { circuitId, estateOf, SUBSCRIPTION_ID, withAzure } from './testing/fixture.ts'

const context = withAzure()
const GRAPH = /POST \/providers\/Microsoft.ResourceGraph\/resources$/i
const circuit = { id: circuitId, name: 'london', location: 'uksouth', properties: { peerings: [] } }
const idOf = (type: string, name: string) =>
  `/subscriptions/${SUBSCRIPTION_ID}/resourceGroups/edge/providers/Microsoft.Network/${type}/${name}`
const row = (type: string, name: string) => ({
  id: idOf(type, name),
  name,
  type: `microsoft.network/${type}`,
  location: 'uksouth',
})
const asked = () => context.server.requests.filter(({ method, path }) => GRAPH.test(`${method} ${path}`))

describe('resources of the edge whose types are not polled', () => {
  it('are named with their types, by one query without the types that are polled', async () => {
    context.server.reset(estateOf({ resources: [circuit] }))
    const data = [row('interconnectgroups', 'group'), row('networkvirtualappliances', 'fw')]
    context.server.rule({ when: GRAPH, behaviour: { do: 'answer', body: { totalRecords: 2, count: 2, data } } })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    const others = rows.resources.filter(({ type }) => type === armTypes.otherEdgeResource)
    expect(others.map(({ name, resourceId }) => [name, resourceId])).toEqual([
      ['group', idOf('interconnectgroups', 'group')],
      ['fw', idOf('networkvirtualappliances', 'fw')],
    ])
    expect(others.map(({ type, config }) => decodeResourceConfig(type, config))).toEqual([
      { resource: 'otherEdge', armType: 'microsoft.network/interconnectgroups' },
      { resource: 'otherEdge', armType: 'microsoft.network/networkvirtualappliances' },
    ])
    expect(asked().map(({ body }) => JSON.parse(String(body)).subscriptions)).toEqual([[SUBSCRIPTION_ID]])
    expect(String(asked()[0]?.body)).toMatch(/!in~ \([^)]*'microsoft.network\/expressroutelags'/)
  })

  it('are unknown if Resource Graph refuses, and are not queried without circuits and gateways', async () => {
    context.server.reset(estateOf({ resources: [circuit] }))
    context.server.rule({ when: GRAPH, behaviour: armError(403, 'AuthorizationFailed', 'no') })
    const { outcome, rows } = await context.inventory()
    expect(outcome).toBe('ok')
    expect(rows.listedTypes).not.toContain(armTypes.otherEdgeResource)
    context.server.reset(estateOf({}))
    expect((await context.inventory()).rows.listedTypes).not.toContain(armTypes.otherEdgeResource)
    expect(asked()).toEqual([])
  })
})
