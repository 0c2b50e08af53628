import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { createAzureClient, type HttpExchange } from '#lib/azure/index.ts'
import { scrubExchange } from '../recorder.ts'
import { RecordedResponseServer } from '../replay/replay.ts'
import { PrivateDataRemover } from '../scrub/scrubber.ts'
import { importCommandOutputs } from './import-outputs.ts'

const AT = Date.parse('2026-11-18T12:00:00Z')
const SUBSCRIPTION = '11111111-2222-3333-4444-555555555555'
/** Returns a saved output of a real deployment, published with placeholders for its ids. */
const saved = (observed: string, name = `${observed}.json`) => ({
  name,
  text: readFileSync(`lib/azure/testdata/observed/${observed}.json`, 'utf8')
    .replaceAll('<subscription_id>', SUBSCRIPTION)
    .replaceAll(/<[^>"]*>/g, 'x'),
})
const circuit = saved('circuit')
const gateway = saved('gateway')

async function exchangesOf(files: { name: string; text: string }[]): Promise<HttpExchange[]> {
  const exchanges: HttpExchange[] = []
  await importCommandOutputs(files, { at: AT, onExchange: (exchange) => exchanges.push(exchange) })
  return exchanges
}

it('outputs of a real deployment become a recording that answers as the deployment did', async () => {
  const exchanges = await exchangesOf([
    gateway,
    circuit,
    saved('connection'),
    saved('vnet-peerings'),
    saved('bgp-peer-status'),
    saved('learned-routes'),
    saved('arp-primary'),
    saved('arp-secondary'),
    saved('route-table-primary'),
  ])
  const scrubber = new PrivateDataRemover(Buffer.from('a key of these tests'), ['names', 'addresses'])
  const replay = new RecordedResponseServer({
    headers: [],
    exchanges: exchanges.map((one) => scrubExchange(scrubber, one)),
  })
  const moment = { at: AT, shiftMs: 0, wall: 0, speed: 1, base: 'https://management.azure.com' }
  const azure = createAzureClient({
    resourceManagerUrl: 'https://management.azure.com',
    metricsUrl: 'https://management.azure.com',
    subscriptionIds: '*',
    createCredential: () => ({ getToken: async () => ({ token: 'x', expiresOnTimestamp: 9e12 }) }),
    transport: ({ method, url, body }) => {
      const { pathname, search } = new URL(url)
      const answer = replay.answer({ method, url: `${pathname}${search}`, body }, moment)
      if ('fault' in answer) throw new Error(answer.fault)
      return answer
    },
  })
  const { subscriptions } = await azure.listSubscriptions()
  const [{ subscriptionId } = { subscriptionId: '' }] = subscriptions
  const inventory = await azure.poll({ resourceId: `/subscriptions/${subscriptionId}`, subresource: '' }, 'inventory')
  if (inventory.kind !== 'inventory') throw new Error('no inventory')
  expect(inventory.rows.failedTypes).toEqual([])
  const idOf = (type: string) =>
    inventory.rows.resources.find((row) => row.type === `microsoft.network/${type}`)?.resourceId
  expect(idOf('virtualnetworks')).toBeDefined()
  const resourceId = idOf('virtualnetworkgateways') ?? ''
  const peers = await azure.poll({ resourceId, subresource: '' }, 'peers')
  expect(peers.outcome).toBe('ok')
  expect(peers.rows).toContainEqual(
    expect.objectContaining({ localAddress: '10.0.4.12', neighbor: '10.0.4.4', asn: 12076 }),
  )
  const arp = await azure.poll(
    { resourceId: idOf('expressroutecircuits') ?? '', subresource: 'AzurePrivatePeering/secondary' },
    'arp',
  )
  expect([arp.outcome, Array.isArray(arp.rows) && arp.rows.length > 0]).toEqual(['ok', true])
  azure.close()
})

it('names and ids of saved outputs are mapped as those of a recording', async () => {
  const scrubber = new PrivateDataRemover(Buffer.from('a key of these tests'), [])
  const text = JSON.stringify((await exchangesOf([gateway, circuit])).map((one) => scrubExchange(scrubber, one)))
  expect(text).not.toMatch(/11111111-2222|useasterc1cust1|erspvnetcust1gw1|useastercust1rg/)
})

describe('bad input is refused by its file, with what to do', () => {
  const second = { name: 'other.json', text: gateway.text.replaceAll('erspvnetcust1gw1', 'gw2') }
  const rows = (name: string, row: object) => ({ name, text: JSON.stringify([row]) })
  it.each([
    [
      'a table for people',
      [{ name: 'a.txt', text: 'Name  State' }],
      /^a\.txt: is no JSON: save the command's output with -o json$/,
    ],
    ['something else', [rows('b.json', { hello: 1 })], /^b\.json: is no output that Peerwatch reads: resources/],
    [
      'rows without their gateway',
      [circuit, saved('bgp-peer-status')],
      /^bgp-peer-status\.json: rows \(peers\) of a gateway that no file describes: import the output of az network vnet-gateway show/,
    ],
    [
      'rows of one of two',
      [gateway, second, saved('bgp-peer-status')],
      /one of 2 gateways: put its name into the file's name$/,
    ],
    [
      'a table without its path',
      [circuit, saved('arp-primary', 'arp.json')],
      /^arp\.json: a table of one path: put primary or secondary/,
    ],
    [
      'routes to nobody',
      [gateway, saved('learned-routes', 'advertised.json')],
      /^advertised\.json: routes advertised to one peer: put the peer's address/,
    ],
    [
      'rows that nobody can read',
      [gateway, rows('p.json', { messagesSent: 1, neighbor: 'nobody' })],
      /^p\.json: value\[0\]/,
    ],
  ])('%s', async (_, files, words) => {
    await expect(exchangesOf(files)).rejects.toThrow(words)
  })

  it('a name in the file’s name chooses among several', async () => {
    await expect(exchangesOf([gateway, second, saved('bgp-peer-status', 'gw2-peers.json')])).resolves.toBeDefined()
  })
})
