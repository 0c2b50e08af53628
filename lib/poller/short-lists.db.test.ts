import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { type ConfigChange, type InventoryObservation, armTypes } from '#lib/contract/index.ts'
import { getOrCreateSourceId, readListedResources, readResourcePage, recordObservation } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  oneCircuitScenario,
  parseSimulatorScenario,
  type RunningSimulator,
  startSimulator,
} from '#lab/simulator/index.ts'
import { PAIR_SCENARIO_SUBSCRIPTION_ID } from './testing/identities.ts'
import { createAzureClientForSimulator } from './testing/lab.ts'

/** Changes a response of the simulator; null = unchanged. */
type Rule = (path: string, body: { value?: { name: string }[] }) => { status: number; body: unknown } | null

const db = withTestDatabase()
const [circuit] = oneCircuitScenario.circuits ?? []
if (!circuit) throw new Error('the scenario has no circuit')
const extra = ['erc-b', 'erc-c', 'erc-d'].map((name) => ({ ...circuit, name }))
const GROUP = `/subscriptions/${PAIR_SCENARIO_SUBSCRIPTION_ID}/resourceGroups/rg-pair`
const target = { resourceId: `/subscriptions/${PAIR_SCENARIO_SUBSCRIPTION_ID}`, subresource: '' }
let simulator: RunningSimulator
let server: Server
let rule: Rule = () => null
let azure: AzureAccess

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request.setEncoding('utf8')) text += chunk
  return text
}

/** Creates an HTTP server in front of the simulator that changes responses by the rule of a test. */
function startProxy(): Server {
  return createServer(async (request, response) => {
    const text = await bodyOf(request)
    const { host, connection, 'content-length': length, ...headers } = request.headers
    const answer = await fetch(`${simulator.url}${request.url}`, {
      method: request.method ?? 'GET',
      headers: headers as Record<string, string>,
      ...(text !== '' && { body: text }),
    })
    const body = await answer.text()
    const [path = ''] = (request.url ?? '').toLowerCase().split('?')
    const changed = answer.status === 200 && request.method === 'GET' ? rule(path, JSON.parse(body)) : null
    response.writeHead(changed?.status ?? answer.status, { 'content-type': 'application/json' })
    response.end(changed ? (typeof changed.body === 'string' ? changed.body : JSON.stringify(changed.body)) : body)
  })
}

beforeAll(async () => {
  simulator = await startSimulator({
    scenario: parseSimulatorScenario({
      ...oneCircuitScenario,
      circuits: [circuit, ...extra],
      protocol: { pageSize: 50 },
    }),
  })
  server = startProxy()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  azure = createAzureClientForSimulator({ url: `http://127.0.0.1:${port}` })
})
afterAll(async () => {
  azure.close()
  server.closeAllConnections()
  server.close()
  await simulator.close()
})
beforeEach(() => db.pool.query('TRUNCATE resource, source CASCADE'))

/** Polls the inventory once over HTTP and records it. */
async function read(own: Rule): Promise<{ outcome: string; changes: string[] }> {
  rule = own
  const sourceId = await getOrCreateSourceId(db.pool, target)
  const listed = await readListedResources(db.pool, sourceId)
  const observation = (await azure.poll(target, 'inventory', { params: { listed } })) as InventoryObservation
  const { outcome, rows } = observation
  const poll =
    outcome !== 'ok' && rows.listedTypes.length > 0 ? { ...observation, outcome: 'incomplete' as const } : observation
  const { changes } = await db.transaction((client) =>
    recordObservation(client, sourceId, poll, { intervalSeconds: 60 }),
  )
  const configs = changes.filter((change): change is ConfigChange => change.type === 'config')
  return { outcome, changes: configs.map(({ op, resourceId }) => `${op} ${resourceId.split('/').at(-1)}`) }
}

const known = async () =>
  (await readResourcePage(db.pool, {})).map(({ name, type, since }) => [name, type, since?.latest]).toSorted()

const lists = /\/expressroutecircuits$/
const byId = /\/expressroutecircuits\/erc-b$/
const without =
  (list: RegExp, names: readonly string[], more: Rule = () => null): Rule =>
  (path, body) =>
    list.test(path)
      ? { status: 200, body: { value: (body.value ?? []).filter(({ name }) => !names.includes(name)) } }
      : more(path, body)
const refusing =
  (resource: RegExp, status: number, code: string | null): Rule =>
  (path) =>
    resource.test(path)
      ? { status, body: code === null ? '<html>nothing here</html>' : { error: { code, message: 'refused' } } }
      : null

describe('a resource that a list lacks stays, and was never away,', () => {
  it.each<[string, Rule]>([
    ['if its own address has it', without(lists, ['erc-b'])],
    ['if the list is empty', without(lists, [circuit.name, 'erc-b', 'erc-c', 'erc-d'])],
    ['if a right to read it is missing', without(lists, ['erc-b'], refusing(byId, 403, 'AuthorizationFailed'))],
    ['if its own address fails', without(lists, ['erc-b'], refusing(byId, 501, 'NotImplemented'))],
    ['if Azure does not find the subscription', without(lists, ['erc-b'], refusing(byId, 404, 'SubscriptionNotFound'))],
    ['if Azure does not know the type', without(lists, ['erc-b'], refusing(byId, 404, 'InvalidResourceType'))],
    ['if a proxy answers with a page', without(lists, ['erc-b'], refusing(byId, 404, null))],
    ['if the list is not found', refusing(lists, 404, 'ResourceNotFound')],
    ['if its resource group is not listed', without(/\/resourcegroups$/, ['rg-pair'])],
    ['if the list of its group lacks it', without(/\/virtualnetworkgateways$/, ['gw-pair'])],
    ['if the list of its group is not found', refusing(/\/virtualnetworkgateways$/, 404, 'ResourceGroupNotFound')],
    ['if it is the only resource of its type', without(/\/virtualnetworks$/, ['vnet-pair'])],
  ])('%s', async (_, short) => {
    await read(() => null)
    const before = await known()
    for (let time = 0; time < 2; time += 1) {
      expect((await read(short)).changes).toEqual([])
      expect(await known()).toEqual(before)
    }
    expect(await read(() => null)).toEqual({ outcome: 'ok', changes: [] })
    expect(await known()).toEqual(before)
  })
})

describe('a resource that a list lacks is removed', () => {
  it.each([
    ['by the 404 of its own address', 'ResourceNotFound'],
    ['by the 404 of its resource group', 'ResourceGroupNotFound'],
    ['by the 404 of its parent', 'ParentResourceNotFound'],
  ])('%s', async (_, code) => {
    await read(() => null)
    const gone = without(lists, ['erc-b'], refusing(byId, 404, code))
    expect(await read(gone)).toEqual({ outcome: 'ok', changes: ['removed erc-b'] })
    expect((await known()).map(([name]) => name)).not.toContain('erc-b')
  })

  it('after a reading that could not prove it, within bounds that begin before that reading', async () => {
    await read(() => null)
    const [{ startedAt } = { startedAt: 0 }] = (
      await db.pool.query(`SELECT extract(epoch FROM last_started_at) * 1000 AS "startedAt" FROM poll_state`)
    ).rows
    await read(without(lists, ['erc-b'], refusing(byId, 403, 'AuthorizationFailed')))
    const missing = await db.pool.query(
      'SELECT missing_after, missing_by FROM resource WHERE missing_after IS NOT NULL',
    )
    expect(missing.rows).toEqual([{ missing_after: expect.any(Date), missing_by: null }])
    expect(missing.rows[0].missing_after.getTime()).toBe(Math.round(Number(startedAt)))
    expect((await read(without(lists, ['erc-b'], refusing(byId, 404, 'ResourceNotFound')))).changes).toEqual([
      'removed erc-b',
    ])
    const { rows } = await db.pool.query(`SELECT removed_after, closed_until FROM resource WHERE name = 'erc-b'`)
    expect(rows[0].removed_after).toEqual(missing.rows[0].missing_after)
    expect(rows[0].closed_until.getTime()).toBeGreaterThan(Number(startedAt))
  })

  it('although another resource of its type could not be proved to be gone, which is named', async () => {
    await read(() => null)
    const gone = without(
      lists,
      ['erc-b', 'erc-c'],
      (path, body) =>
        refusing(byId, 404, 'ResourceNotFound')(path, body) ??
        refusing(/\/erc-c$/, 403, 'AuthorizationFailed')(path, body),
    )
    expect(await read(gone)).toEqual({ outcome: 'forbidden', changes: ['removed erc-b'] })
    expect((await known()).filter(([, type]) => type === armTypes.circuit).map(([name]) => name)).toEqual([
      'erc-c',
      'erc-d',
      circuit.name,
    ])
  })
})

it('requests nothing by id while the lists are complete', async () => {
  await read(() => null)
  const asked: string[] = []
  await read((path) => {
    asked.push(path)
    return null
  })
  expect(
    asked.filter((path) => path.startsWith(`${GROUP.toLowerCase()}/providers/microsoft.network/expressroutecircuits/`)),
  ).toEqual([])
})
