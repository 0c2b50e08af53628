import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type PlanFile, PlanFileError } from './plan-file.ts'
import { decodePlan, readPlan } from './read-plan.ts'

const CIRCUIT = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/er'
const NETWORK = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/virtualNetworks/hub'

const resourceChange = (own: object = {}, change: object = {}) => ({
  address: 'azurerm_express_route_circuit.er',
  mode: 'managed',
  type: 'azurerm_express_route_circuit',
  ...own,
  change: { actions: ['update'], before: {}, after: {}, ...change },
})
const terraform = (own: object = {}, ...changes: object[]) => ({
  format_version: '1.2',
  terraform_version: '1.9.8',
  complete: true,
  errored: false,
  resource_changes: changes,
  ...own,
})
const whatIf = (own: object = {}, ...changes: object[]) => ({ status: 'Succeeded', error: null, changes, ...own })
const modified = (before: object, after: object, own: object = {}) => ({
  resourceId: NETWORK,
  changeType: 'Modify',
  before,
  after,
  delta: [],
  ...own,
})

/** Returns `refused`, `unknown` with the places, or `passes` with the kinds of the terms. */
function outcomeOf(file: unknown): string {
  let read: PlanFile
  try {
    read = readPlan(typeof file === 'string' ? file : JSON.stringify(file))
  } catch (error) {
    if (!(error instanceof PlanFileError)) throw error
    return `refused: ${error.message}`
  }
  const unknown = read.unknown.map(({ attribute, why }) => `unknown ${attribute ?? ''}: ${why}`)
  return [...unknown, ...read.terms.map(({ term }) => term.kind)].join('; ') || 'passes'
}

describe('the statements of a file about itself', () => {
  const bandwidth = resourceChange(
    {},
    { before: { id: CIRCUIT, bandwidth_in_mbps: 50 }, after: { id: CIRCUIT, bandwidth_in_mbps: 100 } },
  )
  const pending = { resourceId: CIRCUIT, changeType: 'Delete' }
  const nested = { code: 'NestedDeploymentShortCircuited', level: 'Warning', message: 'cut short' }
  it.each<[string, unknown, RegExp]>([
    ['a whole plan without changes', terraform(), /^passes$/],
    ['a whole plan without the list', { ...terraform(), resource_changes: undefined }, /^passes$/],
    [
      'a plan with resources and without the list of their changes',
      {
        ...terraform({ planned_values: { root_module: { child_modules: [{ address: 'module.a' }] } } }),
        resource_changes: undefined,
      },
      /^unknown resource_changes/,
    ],
    ['a whole plan with a change', terraform({}, bandwidth), /^bandwidth$/],
    [
      'a state',
      { format_version: '1.0', terraform_version: '1.9.8', values: { root_module: {} } },
      /^refused: it is a state/,
    ],
    ['a state without resources', { format_version: '1.0', terraform_version: '1.9.8' }, /^refused: it is a state/],
    ['a plan that is not complete', terraform({ complete: false }), /^unknown complete/],
    ['a plan whose completeness is a text', terraform({ complete: 'true' }), /^unknown complete/],
    ['a plan that does not say so', terraform({ complete: undefined }), /^unknown complete: .*1\.8/],
    ['a plan that failed', terraform({ errored: true }), /^refused: terraform could not finish/],
    ['a plan that failed in words', terraform({ errored: 'yes' }), /^refused/],
    [
      'a deferred deletion',
      terraform({ deferred_changes: [{ reason: 'provider_config_unknown', resource_change: bandwidth }] }),
      /^unknown deferred_changes: left for later \(provider_config_unknown\)/,
    ],
    ['deferred changes that are not a list', terraform({ deferred_changes: { 0: {} } }), /^unknown deferred_changes/],
    [
      'actions that are invoked',
      terraform({ action_invocations: [{ address: 'action.x' }] }),
      /^unknown action_invocations/,
    ],
    ['a plan that can not be applied', terraform({ applyable: false }, bandwidth), /^unknown applyable.*; bandwidth$/],
    ['nothing to apply', terraform({ applyable: false }), /^passes$/],
    ['a plan of two tools', { ...terraform(), ...whatIf() }, /^refused: it has changes of Terraform and of ARM/],
    ['a whole what-if without changes', whatIf(), /^passes$/],
    ['a what-if in its envelope', { status: 'Succeeded', properties: { changes: [] } }, /^passes$/],
    [
      'a what-if that failed',
      whatIf({ status: 'Failed', error: { code: 'InvalidTemplate', message: 'no' } }),
      /^refused: the what-if failed \(InvalidTemplate: no\)/,
    ],
    ['a what-if with an error alone', whatIf({ error: { code: 'X' } }), /^refused: the what-if failed/],
    ['a what-if that still runs', whatIf({ status: 'Running' }), /^refused: its status is "Running"/],
    ['a what-if without a status', whatIf({ status: undefined }), /^unknown status/],
    [
      'a nested deployment that was cut short',
      whatIf({ diagnostics: [nested] }),
      /^unknown NestedDeploymentShortCircuited: cut short/,
    ],
    [
      'the same as a note',
      whatIf({ diagnostics: [{ ...nested, level: 'Info' }] }),
      /^unknown NestedDeploymentShortCircuited/,
    ],
    [
      'the same in the envelope',
      { status: 'Succeeded', properties: { changes: [], diagnostics: [nested] } },
      /^unknown Nested/,
    ],
    [
      'the same at a change that is ignored',
      whatIf({}, { resourceId: CIRCUIT, changeType: 'Ignore', diagnostics: [nested] }),
      /^unknown Nested/,
    ],
    ['another warning', whatIf({ diagnostics: [{ code: 'X', level: 'Warning' }] }), /^unknown X: without a message/],
    ['a note', whatIf({ diagnostics: [{ code: 'X', level: 'Info' }] }), /^passes$/],
    ['diagnostics that are not a list', whatIf({ diagnostics: 'many' }), /^unknown diagnostics/],
    ['a potential deletion', whatIf({ potentialChanges: [pending] }), /^unknown potentialChanges/],
    [
      'a potential change without effect',
      whatIf({ potentialChanges: [{ ...pending, changeType: 'NoChange' }] }),
      /^passes$/,
    ],
    [
      'a change that is not supported',
      whatIf({}, { resourceId: CIRCUIT, changeType: 'Unsupported', unsupportedReason: 'no id' }),
      /^unknown : no id/,
    ],
    [
      'a reason at another change',
      whatIf({}, { resourceId: CIRCUIT, changeType: 'Ignore', unsupportedReason: 'no id' }),
      /^unknown : no id/,
    ],
    ['ids alone', whatIf({}, { resourceId: CIRCUIT, changeType: 'Deploy' }), /^unknown : .*FullResourcePayloads/],
    [
      'a modification without a payload',
      whatIf({}, { resourceId: CIRCUIT, changeType: 'Modify' }),
      /^unknown : .*FullResourcePayloads/,
    ],
    [
      'a modification that shows no change',
      whatIf({}, modified({ a: 1 }, { a: 1 })),
      /^unknown : the plan does not show what changes/,
    ],
    ['an empty list', [], /^refused: its list of changes is empty/],
    [
      'an own list that says it is not complete',
      { complete: false, changes: [{ delete: { resource: 'er' } }] },
      /^unknown complete.*; delete$/,
    ],
  ])('%s', (_, file, expected) => {
    expect(outcomeOf(file)).toMatch(expected)
  })
})

describe('actions of Terraform', () => {
  const by = (...actions: unknown[]) =>
    terraform(
      {},
      resourceChange({}, { actions, before: { id: CIRCUIT, location: 'a' }, after: { id: CIRCUIT, location: 'b' } }),
    )
  it.each<[unknown[], RegExp]>([
    [['no-op'], /^passes$/],
    [['read'], /^passes$/],
    [['forget'], /^passes$/],
    [['update'], /^unknown location: Azure does not change it in place/],
    [['delete'], /^delete$/],
    [['create'], /^unknown : what a new one/],
    [['delete', 'create'], /^unknown : what a new one .*; delete$/],
    [['create', 'delete'], /^unknown : what a new one .*; delete$/],
    [['create', 'forget'], /^unknown : what the actions \["create","forget"\] do together/],
    [['forget', 'create'], /^unknown : what the actions/],
    [['forget', 'delete'], /^unknown : what the actions/],
    [['update', 'delete'], /^unknown : what the actions/],
    [['open'], /^unknown : what the actions/],
    [['constructor'], /^unknown : what the actions/],
    [['no-op', 5], /^unknown : what the actions/],
    [[], /^unknown : what the actions/],
  ])('%j', (actions, expected) => {
    expect(outcomeOf(by(...actions))).toMatch(expected)
  })
})

describe('values that a plan does not show', () => {
  const circuit = (before: object, after: object, more: object = {}) =>
    terraform({}, resourceChange({}, { before: { id: CIRCUIT, ...before }, after: { id: CIRCUIT, ...after }, ...more }))
  const filter = (after: object, more: object) =>
    terraform(
      {},
      resourceChange(
        { type: 'azurerm_route_filter' },
        { before: { id: CIRCUIT, rule: [] }, after: { id: CIRCUIT, ...after }, ...more },
      ),
    )
  const sku = (tier: string | undefined) => ({ sku: [{ family: 'MeteredData', ...(tier && { tier }) }] })
  it.each<[string, unknown, RegExp]>([
    [
      'known after apply',
      circuit({ bandwidth_in_mbps: 50 }, {}, { after_unknown: { bandwidth_in_mbps: true } }),
      /^unknown bandwidth_in_mbps: its value is known after apply/,
    ],
    [
      'known after apply, and absent before',
      circuit({}, {}, { after_unknown: { bandwidth_in_mbps: true } }),
      /^unknown bandwidth_in_mbps/,
    ],
    [
      'inside of a block',
      circuit(sku('Standard'), sku(undefined), { after_unknown: { sku: [{ tier: true }] } }),
      /^unknown sku\.tier/,
    ],
    [
      'inside of a block, and absent before',
      circuit(sku(undefined), sku(undefined), { after_unknown: { sku: [{ tier: true }] } }),
      /^unknown sku\.tier/,
    ],
    [
      'an entry of a list',
      filter(
        { rule: [{ communities: ['12076:5010', null] }] },
        { after_unknown: { rule: [{ communities: [false, true] }] } },
      ),
      /^unknown rule: its rules are known after apply/,
    ],
    ['its own id', circuit({ tags: { a: '1' } }, { tags: { a: '2' } }, { after_unknown: { id: true } }), /^passes$/],
    [
      'a masked value',
      circuit({ bandwidth_in_mbps: '***' }, { bandwidth_in_mbps: '***' }),
      /^unknown bandwidth_in_mbps/,
    ],
    [
      'a sensitive value that is left out',
      circuit({}, {}, { after_sensitive: { bandwidth_in_mbps: true } }),
      /^unknown bandwidth_in_mbps/,
    ],
    [
      'a sensitive value in a block',
      circuit(sku('Standard'), sku(undefined), { after_sensitive: { sku: [{ tier: true }] } }),
      /^unknown sku\.tier/,
    ],
    [
      'a sensitive value that is shown',
      circuit({ bandwidth_in_mbps: 50 }, { bandwidth_in_mbps: 100 }, { after_sensitive: { bandwidth_in_mbps: true } }),
      /^bandwidth$/,
    ],
    [
      'an update that shows nothing',
      circuit({ bandwidth_in_mbps: 50 }, { bandwidth_in_mbps: 50 }),
      /^unknown : the plan does not show what changes/,
    ],
    [
      'whether a spoke uses gateways',
      terraform(
        {},
        resourceChange(
          { type: 'azurerm_virtual_network_peering' },
          { actions: ['create'], before: null, after: {}, after_unknown: { use_remote_gateways: true } },
        ),
      ),
      /^unknown : whether it uses gateways/,
    ],
    [
      'an expression in a template',
      whatIf(
        {},
        {
          resourceId: `${NETWORK}/virtualNetworkPeerings/p`,
          changeType: 'Create',
          after: { properties: { useRemoteGateways: "[parameters('x')]" } },
        },
      ),
      /^unknown : whether it uses gateways/,
    ],
  ])('%s', (_, file, expected) => {
    expect(outcomeOf(file)).toMatch(expected)
  })
})

describe('members of a SKU that repeat each other', () => {
  const circuitSku = (name: string, tier: string, family: string) => ({ sku: { name, tier, family } })
  const gatewaySku = (name: string, tier: string) => ({ properties: { sku: { name, tier } } })
  const of = (resourceId: string, before: object, after: object) =>
    whatIf({}, { ...modified(before, after), resourceId })
  const GATEWAY = NETWORK.replace('virtualNetworks', 'virtualNetworkGateways')
  const metered = circuitSku('Standard_MeteredData', 'Standard', 'MeteredData')
  it.each<[string, unknown, RegExp]>([
    ['all', of(CIRCUIT, metered, circuitSku('Standard_UnlimitedData', 'Standard', 'UnlimitedData')), /^billing$/],
    [
      'the name alone',
      of(CIRCUIT, metered, circuitSku('Standard_UnlimitedData', 'Standard', 'MeteredData')),
      /^unknown sku\.name/,
    ],
    [
      'another name',
      of(CIRCUIT, metered, circuitSku('Premium_UnlimitedData', 'Standard', 'UnlimitedData')),
      /^unknown sku\.name/,
    ],
    ['a name of no SKU', of(CIRCUIT, metered, circuitSku('Standard', 'Standard', 'MeteredData')), /^unknown sku\.name/],
    ['a gateway', of(GATEWAY, gatewaySku('ErGw1AZ', 'ErGw1AZ'), gatewaySku('ErGw2AZ', 'ErGw2AZ')), /^resize$/],
    [
      'a gateway in another case',
      of(GATEWAY, gatewaySku('ErGw1AZ', 'ErGw1AZ'), gatewaySku('ErGw2AZ', 'ErGw2Az')),
      /^resize$/,
    ],
    [
      'the tier of a gateway alone',
      of(GATEWAY, gatewaySku('ErGw1AZ', 'ErGw1AZ'), gatewaySku('ErGw1AZ', 'Standard')),
      /^unknown properties\.sku\.tier/,
    ],
  ])('%s', (_, file, expected) => {
    expect(outcomeOf(file)).toMatch(expected)
  })
})

describe('lists are sets', () => {
  const space = (...addressPrefixes: string[]) => ({ properties: { addressSpace: { addressPrefixes } } })
  const rule = (name: string, ...communities: string[]) => ({ name, properties: { access: 'Allow', communities } })
  const entry = (path: string, before: unknown, after: unknown) => ({
    path,
    propertyChangeType: 'Modify',
    before,
    after,
  })
  const prefixes = (...children: object[]) => [
    { path: 'properties.addressSpace.addressPrefixes', propertyChangeType: 'Array', children },
  ]
  it.each<[string, object, RegExp]>([
    ['turned round', modified(space('10.1.0.0/16', '10.2.0.0/16'), space('10.2.0.0/16', '10.1.0.0/16')), /^passes$/],
    [
      'turned round in Terraform',
      terraform(
        {},
        resourceChange(
          { type: 'azurerm_virtual_network' },
          {
            before: { id: NETWORK, address_space: ['10.1.0.0/16', '10.2.0.0/16'] },
            after: { id: NETWORK, address_space: ['10.2.0.0/16', '10.1.0.0/16'] },
          },
        ),
      ),
      /^passes$/,
    ],
    [
      'entries with members turned round',
      modified(
        { properties: { subnets: [rule('a', '1', '2'), rule('b')] } },
        { properties: { subnets: [rule('b'), rule('a', '2', '1')] } },
      ),
      /^passes$/,
    ],
    [
      'members of an object in another order',
      modified({ properties: { subnets: [{ a: 1, b: 2 }] }, x: [] }, { properties: { subnets: [{ b: 2, a: 1 }] } }),
      /^passes$/,
    ],
    ['a prefix twice', modified(space('10.1.0.0/16'), space('10.1.0.0/16', '10.1.0.0/16')), /^passes$/],
    ['a prefix in another spelling', modified(space('FD00::/48'), space('fd00:0::/48')), /^passes$/],
    [
      'an id in another case',
      modified(
        { properties: { subnets: [{ id: NETWORK }] } },
        { properties: { subnets: [{ id: NETWORK.toUpperCase().replace('/SUBSCRIPTIONS', '/subscriptions') }] } },
      ),
      /^passes$/,
    ],
    [
      'another order and a new prefix',
      modified(space('10.1.0.0/16', '10.2.0.0/16'), space('10.2.0.0/16', '10.3.0.0/16', '10.1.0.0/16')),
      /^spoke$/,
    ],
    [
      'another order and a prefix less',
      modified(space('10.1.0.0/16', '10.2.0.0/16'), space('10.2.0.0/16')),
      /^unknown .*10\.1\.0\.0\/16 leaves behind/,
    ],
    [
      'a delta of a list turned round',
      modified(
        {},
        {},
        {
          before: null,
          after: null,
          delta: prefixes(entry('0', '10.1.0.0/16', '10.2.0.0/16'), entry('1', '10.2.0.0/16', '10.1.0.0/16')),
        },
      ),
      /^passes$/,
    ],
    [
      'a delta of a list with a new entry',
      modified({}, {}, { before: null, after: null, delta: prefixes(entry('1', null, '10.2.0.0/16')) }),
      /^spoke$/,
    ],
    [
      'a delta without effect',
      modified({ a: 1 }, { a: 1 }, { delta: [{ path: 'a', propertyChangeType: 'NoEffect', after: 2 }] }),
      /^passes$/,
    ],
  ])('%s', (_, change, expected) => {
    expect(outcomeOf('format_version' in change ? change : whatIf({}, change))).toMatch(expected)
  })
})

describe('encodings', () => {
  const text = JSON.stringify(terraform())
  const little = Buffer.from(text, 'utf16le')
  const big = Buffer.from(little).swap16()
  it.each<[string, Buffer]>([
    ['UTF-8', Buffer.from(text)],
    ['UTF-8 with a mark', Buffer.from(`\uFEFF${text}`)],
    ['UTF-16LE', little],
    ['UTF-16LE with a mark', Buffer.concat([Buffer.from([0xff, 0xfe]), little])],
    ['UTF-16BE', big],
    ['UTF-16BE with a mark', Buffer.concat([Buffer.from([0xfe, 0xff]), big])],
  ])('%s', (_, bytes) => {
    expect(outcomeOf(decodePlan(bytes))).toBe('passes')
  })

  it.each<[string, Buffer]>([
    ['bytes of no encoding', Buffer.from([0x7b, 0xff, 0xfe, 0x7d])],
    ['half of a character', Buffer.from([0xff, 0xfe, 0x7b])],
  ])('%s are refused', (_, bytes) => {
    expect(() => decodePlan(bytes)).toThrow(PlanFileError)
  })
})

describe('words that every object inherits', () => {
  const words = ['__proto__', 'constructor', 'toString', 'valueOf', 'hasOwnProperty']
  it.each(words)('%s', (word) => {
    const set = `[{"set":{"resource":"er","weight":100,${JSON.stringify(word)}:1}}]`
    expect(outcomeOf(set)).toMatch(/^unknown/)
    expect(outcomeOf(`[{${JSON.stringify(word)}:{"resource":"er"}}]`)).toMatch(/^unknown/)
    const before = `{"id":"x",${JSON.stringify(word)}:1}`
    const changes = (type: string) =>
      `{"format_version":"1.2","complete":true,"resource_changes":[{"address":"a","type":${JSON.stringify(type)},"change":{"actions":["update"],"before":${before},"after":{"id":"x"}}}]}`
    expect(outcomeOf(changes('azurerm_express_route_circuit'))).toMatch(/^unknown/)
    expect(outcomeOf(changes(word))).toMatch(/^unknown/)
    expect(outcomeOf(whatIf({}, { resourceId: CIRCUIT, changeType: word }))).toMatch(/^unknown/)
    expect(
      outcomeOf(
        terraform(
          {},
          resourceChange({}, { before: { id: 'x', sku: [{ tier: 'a' }] }, after: { id: 'x', sku: [{ tier: word }] } }),
        ),
      ),
    ).toMatch(/^unknown sku\.tier/)
  })
})

it.each([300, 6_000, 300_000])('nesting of %i levels is refused', (depth) => {
  const deep = `${'{"children":['.repeat(depth)}${']}'.repeat(depth)}`
  const file = `{"status":"Succeeded","changes":[{"resourceId":"${NETWORK}","changeType":"Modify","delta":[${deep}]}]}`
  expect(outcomeOf(file)).toMatch(/^refused: it is nested more than 200 levels/)
})

it('a body of azapi that is not JSON is unknown', () => {
  const body = { type: 'Microsoft.Network/expressRouteCircuits@2024-05-01', body: '{' }
  const change = resourceChange({ type: 'azapi_resource' }, { before: body, after: { ...body, body: '{}' } })
  expect(outcomeOf(terraform({}, change))).toBe('unknown body: it is not JSON')
})

/** Any JSON with members that the reader knows, so that most of it is read. */
const member = fc.constantFrom(
  '__proto__',
  'constructor',
  'id',
  'name',
  'type',
  'address',
  'change',
  'actions',
  'before',
  'after',
  'after_unknown',
  'after_sensitive',
  'resourceId',
  'changeType',
  'delta',
  'path',
  'children',
  'propertyChangeType',
  'properties',
  'sku',
  'rule',
  'communities',
  'peerings',
  'subnets',
  'body',
  'address_space',
  'routing_weight',
  'set',
  'resource',
  'weight',
)
const leaf = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom(
    '\uD800',
    'update',
    'create',
    'Modify',
    'Delete',
    CIRCUIT,
    NETWORK,
    'azapi_resource',
    'azurerm_virtual_network',
  ),
  fc.constantFrom('azurerm_express_route_circuit', 'azurerm_route_filter', '{', '***'),
  fc.constantFrom(null, true, false, 0, -1, 1e308),
)
const { any } = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 6 },
    leaf,
    fc.array(tie('any'), { maxLength: 4 }),
    fc.dictionary(fc.oneof(member, fc.string()), tie('any'), { maxKeys: 6 }),
  ),
}))
const change = fc.record({
  address: leaf,
  type: leaf,
  resourceId: leaf,
  changeType: fc.oneof(leaf, fc.constant('Modify')),
  delta: any,
  before: any,
  after: any,
  change: fc.record({
    actions: fc.oneof(fc.array(leaf), fc.constant(['update'])),
    before: any,
    after: any,
    after_unknown: any,
    after_sensitive: any,
  }),
})

it('throws its own error alone, whatever a file holds', () => {
  const file = fc.oneof(
    fc.string({ unit: 'binary' }),
    any.map((value) => JSON.stringify(value)),
    fc.array(change).map((changes) => JSON.stringify(terraform({}, ...changes))),
    fc.array(change).map((changes) => JSON.stringify(whatIf({}, ...changes))),
    fc.array(fc.dictionary(member, any)).map((entries) => JSON.stringify(entries)),
  )
  fc.assert(
    fc.property(file, (text) => {
      outcomeOf(text)
    }),
    { numRuns: 3_000 },
  )
})

it('throws its own error alone, whatever the bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      try {
        decodePlan(bytes)
      } catch (error) {
        expect(error).toBeInstanceOf(PlanFileError)
      }
    }),
  )
})
