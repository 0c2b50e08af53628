import { afterAll, beforeAll, expect, it } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import { listEvents, listSources, readCurrentDeclarations } from '#lib/history/index.ts'
import { saveDeclarationsAsNewVersion } from '#lib/declarations/store/declarations.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listNetworks } from '#lib/networks/answers/index.ts'
import { listRoutes, lookUpRoutesToAddress } from '#lib/routes/answers/index.ts'
import { oneCircuitScenario, type ScenarioInput, type RunningSimulator } from '#lab/simulator/index.ts'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import {
  createAzureClientForSimulator,
  waitUntilTrue,
  areExpectedPollsRecorded,
  startAzure,
  startDeclaredWorker,
} from './testing/lab.ts'
import type { PollWorker } from './worker.ts'

const scenario: ScenarioInput = {
  ...oneCircuitScenario,
  vnets: [
    ...(oneCircuitScenario.vnets ?? []),
    {
      name: 'vnet-web',
      group: 'rg-pair',
      addressSpace: ['10.9.0.0/16'],
      subnets: [
        {
          name: 'web',
          prefix: '10.9.1.0/24',
          routeTable: {
            name: 'rt-web',
            routes: [
              { name: 'out', prefix: '0.0.0.0/0', type: 'VirtualAppliance', nextHop: '10.9.0.4' },
              {
                name: 'equal',
                prefix: '203.0.113.0/24',
                type: 'VirtualApplianceEcmp',
                nextHops: ['10.9.0.8', '10.9.0.9'],
              },
            ],
          },
        },
      ],
    },
  ],
  interfaces: [
    { name: 'nic-web', vnet: 'vnet-web', subnet: 'web', address: '10.9.1.4', machine: 'vm-web' },
    { name: 'nic-off', vnet: 'vnet-web', subnet: 'web', address: '10.9.1.5', machine: 'vm-off' },
    { name: 'nic-loose', vnet: 'vnet-web', subnet: 'web', address: '10.9.1.6' },
  ],
  happenings: [{ op: 'machine-stop', interface: 'nic-off', at: '-1d' }],
}
const idOf = (name: string) =>
  `/subscriptions/00000000-c0de-4000-8000-0000000000f1/resourceGroups/rg-pair/providers/Microsoft.Network/networkInterfaces/${name}`

const db = withTestDatabase()
let simulator: RunningSimulator
let azure: AzureAccess
let worker: PollWorker | undefined

beforeAll(async () => {
  simulator = await startAzure(scenario)
  azure = createAzureClientForSimulator(simulator)
})

afterAll(async () => {
  await worker?.stop()
  azure?.close()
  await simulator?.close()
})

it('chosen network interfaces are read at once, one whose machine is off stays unknown without an event, and go when they are not chosen', async () => {
  const started = startDeclaredWorker(db, azure)
  worker = started.worker
  await waitUntilTrue('polls of circuits', () => areExpectedPollsRecorded(db, 'stats'))
  const choose = async (...names: string[]) => {
    const { version } = await readCurrentDeclarations(db.pool)
    const interfaces = names.map((name) => ({ interface: idOf(name), note: '' }))
    await db.transaction((client) =>
      saveDeclarationsAsNewVersion(client, { interfaces }, { by: 'alice', expected: version }),
    )
    started.declared()
  }
  await choose('nic-web', 'nic-off', 'nic-loose', 'nic-none')
  await waitUntilTrue('effective routes', () => areExpectedPollsRecorded(db, 'effective'))
  await waitUntilTrue('a refusal', () => areExpectedPollsRecorded(db, 'effective', 1, 'not_polled'))

  const { data: networks } = await listNetworks(db, { limit: 10 })
  const interfaces = networks.find(({ name }) => name === 'vnet-web')?.interfaces ?? []
  expect(interfaces.map(({ name, state, prefixes }) => [name, state, prefixes === null])).toEqual([
    ['nic-loose', 'unknown', true],
    ['nic-off', 'unknown', true],
    ['nic-web', 'current', false],
  ])
  expect(interfaces.map(({ reason }) => reason)).toEqual([
    expect.stringContaining('attached to no virtual machine'),
    expect.stringContaining('only while the virtual machine runs'),
    null,
  ])

  const web = interfaces.find(({ name }) => name === 'nic-web')?.id
  const { data: routes } = await listRoutes(db, { scope: web, table: 'effective', limit: 100 })
  expect(routes.filter(({ prefix }) => prefix === '0.0.0.0/0')).toMatchObject([
    { source: 'Default', state: 'Invalid', origin: 'Internet', nextHop: null, peer: null },
    { source: 'User', state: 'Active', origin: 'VirtualAppliance', nextHop: '10.9.0.4', peer: null },
  ])
  // without a table parameter, only tables of gateways and circuits are listed
  expect((await listRoutes(db, { limit: 100 })).data.some(({ table }) => table === 'effective')).toBe(false)

  const { data: lookup } = await lookUpRoutesToAddress(db, { ip: '8.8.8.8' })
  expect(lookup.interfaces).toEqual([
    {
      scope: web,
      scopeName: 'nic-web',
      network: 'vnet-web',
      prefix: '0.0.0.0/0',
      source: 'User',
      nextHopType: 'VirtualAppliance',
      nextHops: ['10.9.0.4'],
      known: 'observed',
      readAt: expect.any(Number),
    },
  ])
  const { data: equal } = await lookUpRoutesToAddress(db, { ip: '203.0.113.7' })
  expect(equal.interfaces).toMatchObject([
    { nextHopType: 'VirtualApplianceEcmp', nextHops: ['10.9.0.8', '10.9.0.9'], prefix: '203.0.113.0/24' },
  ])
  expect((await lookUpRoutesToAddress(db, { ip: '8.8.8.8', scope: web })).data.interfaces).toHaveLength(1)

  const events = await listEvents(db.pool, { from: 0, to: Date.now() + MS_PER_HOUR, limit: 100 })
  expect(events.rows.map(({ kind }) => kind)).not.toContain('collector_error')

  await choose()
  const scheduled = async () =>
    (await listSources(db.pool)).some(({ scheduled: isOn, poll }) => isOn && poll.kind === 'effective')
  await waitUntilTrue('they are not polled', async () => !(await scheduled()))
})
