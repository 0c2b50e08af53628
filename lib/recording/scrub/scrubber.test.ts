import { readdirSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, it } from 'vitest'
import { classifyFailedResponse } from '#lib/azure/call/classify-failure.ts'
import { isJsonObject, type ExactJson } from '#lib/azure/decode/json.ts'
import { listMetricRequests } from '#lib/azure/kinds/metrics/metric-requests.ts'
import { armTypes } from '#lib/contract/index.ts'
import {
  createAzureHttpResponse,
  createSimulatorServerState,
  createWorld,
  createBuiltInEstate,
  parseSimulatorScenario,
  createProfileWithChoices,
  createSimulatedBearerToken,
} from '#lab/simulator/index.ts'
import type { KeepableDataKind } from '../recording-format.ts'
import { PrivateDataRemover } from './scrubber.ts'
import { hasAzureWordsOnly } from './vocabulary.ts'

const KEY = Buffer.from('a key of these tests')
const scrubber = (kept: KeepableDataKind[] = []) => new PrivateDataRemover(KEY, kept)
const NOW = Date.parse('2026-11-18T12:00:00Z')
const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555'
const CIRCUIT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg-contoso/providers/Microsoft.Network/expressRouteCircuits/erc-london`
const scrubbed = (value: unknown, kept: KeepableDataKind[] = []) =>
  JSON.parse(scrubber(kept).body(JSON.stringify(value)))

it('an id is the same wherever it stands, in whatever capitals', () => {
  const one = scrubber()
  const { id, name, inside } = JSON.parse(
    one.body(
      JSON.stringify({
        id: CIRCUIT,
        name: 'erc-london',
        inside: { id: `${CIRCUIT.toUpperCase()}/peerings/AzurePrivatePeering` },
      }),
    ),
  )
  expect(id).not.toMatch(/contoso|london|11111111/)
  expect(id.endsWith(`/${name}`)).toBe(true)
  expect(inside.id.toLowerCase()).toBe(`${id}/peerings/AzurePrivatePeering`.toLowerCase())
  expect(one.url(`https://management.azure.com${CIRCUIT}?api-version=2025-05-01`)).toBe(`${id}?api-version=2025-05-01`)
})

it('secrets are removed whatever is kept, also where they stand again', () => {
  const clean = JSON.stringify(
    scrubbed(
      {
        sharedKey: 'correct horse battery',
        properties: { authorizationKey: 'k-123456', note: 'correct horse battery' },
      },
      ['names', 'addresses'],
    ),
  )
  expect(clean).not.toMatch(/horse|k-123456/)
})

it('a sentence keeps Azure’s words and loses names, ids, people and addresses', () => {
  const one = scrubber()
  one.url(CIRCUIT)
  const message = `The client 'ops@contoso.com' with object id '${SUBSCRIPTION}' does not have authorization to perform action 'Microsoft.Network/expressRouteCircuits/read' over scope '${CIRCUIT}': erc-london at 10.1.2.3`
  const { error } = JSON.parse(one.body(JSON.stringify({ error: { code: 'AuthorizationFailed', message } })))
  expect(error.code).toBe('AuthorizationFailed')
  expect(error.message).toContain("perform action 'Microsoft.Network/expressRouteCircuits/read'")
  expect(error.message).not.toMatch(/contoso|london|11111111|10\.1\.2\.3/)
  const versions = "The supported api-versions are '2024-05-01, 2025-03-01-preview'."
  expect(scrubbed({ error: { message: versions } }).error.message).toBe(versions)
})

it('numbers keep every digit, states and AS paths their words', () => {
  const body =
    '{"value":[{"messagesSent":9007199254740993,"state":"Connected","asPath":"12076-65001","network":"0.0.0.0/0"}]}'
  expect(scrubber().body(body)).toBe(body)
})

it('what is kept by choice stays, ids go all the same', () => {
  const kept = scrubbed({ id: CIRCUIT, name: 'erc-london', primaryPeerAddressPrefix: '172.16.1.0/30' }, [
    'names',
    'addresses',
  ])
  expect(kept).toMatchObject({ name: 'erc-london', primaryPeerAddressPrefix: '172.16.1.0/30' })
  expect(kept.id).not.toContain('11111111')
  expect(kept.id).toContain('rg-contoso')
})

it('tags, people and what nobody knows count as somebody’s', () => {
  const clean = JSON.stringify(
    scrubbed({ tags: { costCentre: 'Finance 42' }, caller: 'jo@contoso.com', someNewMember: 'Contoso Ltd' }),
  )
  expect(clean).not.toMatch(/costCentre|Finance|contoso/i)
})

it('the place of an operation and a page’s token are opaque, and the same in header and request', () => {
  const one = scrubber()
  const place = `https://management.azure.com/subscriptions/${SUBSCRIPTION}/providers/Microsoft.Network/locations/uksouth/operationResults/abc?api-version=2025-05-01&t=1&s=secret`
  const header = one.header('location', place)
  expect(header).toBe(`https://azure.invalid${one.url(place)}`)
  expect(header).not.toMatch(/abc|secret/)
  expect(header).toContain('/locations/uksouth/')
  expect(one.url(`${CIRCUIT}?$skiptoken=rg-contoso`)).not.toContain('contoso')
})

const EXAMPLES = ['arm-examples', 'observed'].flatMap((folder) => {
  const place = path.resolve(import.meta.dirname, '../../azure/testdata', folder)
  const files = readdirSync(place).filter((name) => name.endsWith('.json'))
  return files.map((name): [string, ExactJson] => {
    const file = JSON.parse(readFileSync(path.join(place, name), 'utf8'))
    return [name, file.responses?.['200']?.body ?? file]
  })
})

/** Replaces every text of a body. */
function replaced(value: ExactJson, text: () => string): ExactJson {
  if (typeof value === 'string') return text()
  if (Array.isArray(value)) return value.map((item) => replaced(item, text))
  if (!isJsonObject(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, replaced(inner, text)]))
}

it.each([
  ['a word', (n: number) => `Qx${'bcdfghjkmp'[n % 10]}${'bcdfghjkmp'[Math.floor(n / 10) % 10]}`],
  ['a word among Azure’s', (n: number) => `Microsoft.Network Qxb${'bcdfghjkmp'[n % 10]} Succeeded`],
  [
    'a sentence',
    (n: number) =>
      `the gateway of Qxb at qxc.example is down since 10:00:00: call +49 7391${String(n).padStart(7, '0')}`,
  ],
  ['a figure', (n: number) => `7391${String(n).padStart(7, '0')}`],
  ['a telephone number', (n: number) => `+49 (7391) ${n}-7391`],
  ['a page', (n: number) => `<html>Qxb ${n} 7391</html>`],
  ['a host', (n: number) => `https://qxb${n}.example:8443/qxc?by=qxd#7391`],
  ['a link to Azure', (n: number) => `https://management.azure.com/subscriptions/qxb/qxc/7391?qxd${n}=7391`],
])('%s stays in no member of Azure’s answers', (_, text) => {
  let count = 0
  for (const [name, body] of EXAMPLES) {
    const clean = scrubber().body(JSON.stringify(replaced(body, () => text((count += 1)))))
    expect([name, clean.match(/.{0,60}(?:qx[b-p]|7391).{0,20}/gi)]).toEqual([name, null])
  }
  expect(count).toBeGreaterThan(275)
})

it('names of members that Azure does not have are mapped, with all that is below them', () => {
  const clean = JSON.stringify(
    scrubbed({
      properties: { qxPayroll: { qxRoom: 7391, state: 'Enabled', kind: ['Standard'] }, vlanId: 100 },
      tags: {
        own: 'primary',
        service: 'Standard',
        state: 'Enabled',
        phone: '7391',
        region: 'uksouth',
        date: '2026-11-18',
      },
    }),
  )
  expect(clean).not.toMatch(/qx|7391|primary|Enabled|Standard|uksouth|2026|service|region|phone/i)
  expect(clean).toContain('"vlanId":100')
})

it('every member of Azure’s examples keeps its name, so that a later decoder finds it', () => {
  const names = (value: ExactJson, found = new Set<string>()): Set<string> => {
    if (Array.isArray(value)) for (const item of value) names(item, found)
    else if (isJsonObject(value))
      for (const [name, inner] of Object.entries(value)) {
        if (/^[a-z]/i.test(name)) found.add(name)
        if (name !== 'tags') names(inner, found)
      }
    return found
  }
  for (const [name, example] of EXAMPLES) {
    const body = replaced(example, () => 'x')
    expect([name, [...names(JSON.parse(scrubber().body(JSON.stringify(body))))]]).toEqual([name, [...names(body)]])
  }
})

it('metrics and their dimensions are Azure’s words', () => {
  const gateways = ['Standard', 'ErGwScale'].map((sku) => ({ gatewayType: 'ExpressRoute', sku }))
  const plans = Object.values(armTypes).flatMap((type) =>
    [...gateways, { gatewayType: 'Vpn', sku: 'VpnGw1' }].flatMap(
      (gateway) => listMetricRequests(type, gateway, true) ?? [],
    ),
  )
  // Azure Monitor writes dimension names in lower case.
  const words = plans.flatMap((plan) => [
    ...plan.metrics,
    ...plan.dimensions,
    ...plan.dimensions.map((dimension) => dimension.toLowerCase()),
    ...plan.aggregations,
  ])
  expect(words.length).toBeGreaterThan(50)
  expect(words.filter((word) => !hasAzureWordsOnly(word))).toEqual([])
})

it('a refusal leads to the same outcome, wait and budget', () => {
  const place = path.resolve(import.meta.dirname, '../../azure/testdata/refusals')
  for (const name of readdirSync(place).filter((each) => each.endsWith('.json'))) {
    const body = readFileSync(path.join(place, name), 'utf8')
    const judged = (text: string) => {
      const wire = { status: 429, header: () => undefined, headers: () => ({}), body: text }
      const answer = { ...wire, method: 'POST', url: 'https://azure.invalid/' }
      const { outcome, error } = classifyFailedResponse(answer, NOW)
      return { outcome, ...error, detail: error.detail?.replace(/\S*(?:\d|https:)\S*/g, '') }
    }
    expect([name, judged(scrubber().body(body))]).toEqual([name, judged(body)])
  }
})

it.each([
  ['an IPv4 address within an IPv6 address', 'at ::ffff:10.1.2.3', /10\.1\.2\.3|a01:203/],
  ['an IPv4 address behind NAT64', '64:ff9b::10.1.2.3', /10\.1\.2\.3|a01:203/],
  ['a person with letters beyond ASCII', 'by jörg.müller@qxb.example', /j|rg|m.ller|qxb/],
  ['an address with more than 255', 'call 739.173.917.391', /739|173|917|391/],
])('%s is mapped', (_, text, private_) => {
  const clean = scrubbed({ error: { message: text } }).error.message
  expect(clean.replace(/person-|@example.invalid|name-[0-9a-f]{8}/g, '')).not.toMatch(private_)
})

it.each(['<html>qxb</html>', '"qxb"', '7391739173917391', 'qxb 7391'])(
  'of %s, which is not an answer of Azure’s, the length stays',
  (text) => {
    expect(scrubber().body(text)).toBe(`(${text.length} characters that are not JSON)`)
  },
)

/** Returns all private texts of an estate. */
function originalsOf(bodies: readonly string[]): Set<string> {
  const found = new Set<string>()
  const names = /"(?:name|displayName)":"([^"]+)"/g
  for (const body of bodies) {
    for (const [guid] of body.matchAll(/[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi)) found.add(guid.toLowerCase())
    for (const [address] of body.matchAll(/(?<![\d.])\d{1,3}(?:\.\d{1,3}){3}(?:\/\d{1,2})?(?![\d.])/g))
      found.add(address)
    for (const [, name = ''] of body.matchAll(names)) found.add(name.toLowerCase())
    for (const [, group = ''] of body.matchAll(/resourceGroups\/([^/"]+)/gi)) found.add(group.toLowerCase())
  }
  return found
}

it('of the simulator’s estate nothing remains', () => {
  const scenario = parseSimulatorScenario(createBuiltInEstate([]))
  const world = createWorld(scenario, NOW)
  const memory = createSimulatorServerState(createProfileWithChoices('quick', {}))
  const ask = (method: 'GET' | 'POST', path: string) =>
    createAzureHttpResponse(
      world,
      NOW,
      {
        method,
        target: `${path}?api-version=2025-05-01`,
        headers: { authorization: `Bearer ${createSimulatedBearerToken(9e9)}` },
        body: '',
        base: 'https://azure',
      },
      { memory, lro: 'inline' },
    ).body
  const subscriptions = scenario.subscriptions.map(({ id }) => `/subscriptions/${id}`)
  const lists = subscriptions.flatMap((id) =>
    ['expressRouteCircuits', 'virtualNetworks', 'routeFilters'].map((type) =>
      ask('GET', `${id}/providers/Microsoft.Network/${type}`),
    ),
  )
  const circuits: string[] = lists.flatMap((list) =>
    [...list.matchAll(/"id":"([^"]+expressRouteCircuits\/[^"/]+)"/g)].map(([, id = '']) => id),
  )
  const tables = [...new Set(circuits)].map((id) =>
    ask('POST', `${id}/peerings/AzurePrivatePeering/routeTables/primary`),
  )
  const bodies = [
    ask('GET', '/subscriptions'),
    ...subscriptions.map((id) => ask('GET', `${id}/resourcegroups`)),
    ...lists,
    ...tables,
  ]
  expect(tables.some((table) => table.includes('nextHop'))).toBe(true)
  const one = scrubber()
  const clean = bodies
    .map((body) => one.body(body))
    .join('\n')
    .toLowerCase()
  const kept =
    /^(0\.0\.0\.0(\/0)?|default|primary|secondary|azureprivatepeering|microsoftpeering|gatewaysubnet|routeserversubnet|(standard|premium|local)_\w+)$/
  // In the small documentation ranges, the address of another subnet may result by chance, which reveals nothing.
  const documentation = /^(192\.0\.2|198\.51\.100|203\.0\.113)\./
  const originals = [...originalsOf(bodies)].filter((each) => !kept.test(each) && !documentation.test(each))
  expect(originals.length).toBeGreaterThan(100)
  const whole = (text: string) => new RegExp(`(?<![\\w.-])${text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')}(?![\\w.-])`)
  expect(originals.filter((each) => whole(each).test(clean))).toEqual([])
})
