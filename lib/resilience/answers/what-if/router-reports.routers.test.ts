import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { startStation } from '#lib/routers/bmp/index.ts'
import type { BmpListeningStation } from '#lib/routers/bmp/station/station.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { EMPTY_WHAT_IF_FAILURE, computeWhatIfRows } from '../../rules/index.ts'
import { BirdDaemon } from '#lab/simulator/daemons/bird-daemon.ts'
import { ROUTER_BMP_STATION_PORT } from '#lab/simulator/daemons/customer-router.ts'
import { GobgpDaemon } from '#lab/simulator/daemons/gobgp-daemon.ts'
import {
  runIpCommandsInNamespace,
  createRouterNamespace,
  getRouterNamespaceName,
  removeRouterNamespaces,
  runProgram,
  removeLeftoverRouterNamespaces,
} from '#lab/simulator/daemons/namespaces.ts'
import { BmpStationRelay } from '#lab/simulator/daemons/station-relay.ts'
import { parsePrefixWithoutHostBits } from '#lab/simulator/prefix.ts'
import { BmpRecordingReceiver } from '#lib/routers/record/recording-receiver.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  createNetworkRow,
  pathRoute,
  createTestPollRecorder,
} from '#lib/questions/testing/record-feed.ts'
import { readWhatIfData } from './read-tables.ts'

const db = withTestDatabase()
const isInstalled = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
const soon = { timeout: 30_000, interval: 200 }
const ASN = 65_010
const PATHS = {
  primary: { customer: '192.0.2.97', msee: '192.0.2.98' },
  secondary: { customer: '192.0.2.101', msee: '192.0.2.102' },
} as const
const NAMESPACES = ['ce', ...Object.keys(PATHS)]

/** Policy of the router for routes from each MSEE, by prefix, as arguments of the GoBGP command line. */
const POLICY: Record<string, Partial<Record<keyof typeof PATHS, string>>> = {
  '10.10.0.0/16': { secondary: 'local-pref 200' },
  '10.11.0.0/16': { primary: 'local-pref 50' },
  '10.12.0.0/16': { primary: 'med set 50', secondary: 'med set 10' },
  '10.13.0.0/16': { secondary: 'med set 10' },
  '10.14.0.0/16': { primary: 'as-prepend 65010 2' },
  '10.15.0.0/16': { primary: 'as-prepend 65010 2', secondary: 'med set 10' },
  '10.16.0.0/16': {},
  '10.17.0.0/16': { primary: 'reject' },
}
const prefixes = Object.keys(POLICY)

let folder = ''
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  await removeLeftoverRouterNamespaces()
})

afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close()
  await removeRouterNamespaces(NAMESPACES).catch(() => undefined)
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** Records the Azure data of a circuit with both paths, on which Azure announces the prefixes. */
async function recordEstate(): Promise<void> {
  const feed = createTestPollRecorder(db)
  const at = Date.now() - 5_000
  const properties = {
    peeringType: 'AzurePrivatePeering',
    state: 'Enabled',
    azureASN: 12_076,
    peerASN: ASN,
    primaryPeerAddressPrefix: '192.0.2.96/30',
    secondaryPeerAddressPrefix: '192.0.2.100/30',
  }
  await feed.inventory(at, [
    createCircuitRow('ckt', { peerings: [{ name: 'AzurePrivatePeering', properties }] }),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createNetworkRow('hub', ['10.0.0.0/12']),
    createConnectionRow('conn', 'ergw', 'ckt', 0),
  ])
  for (const [name, { customer }] of Object.entries(PATHS)) {
    await feed.tables(at, 'ckt', name === 'primary' ? 'primary' : 'secondary', [
      pathRoute('10.200.0.0/16', { nextHop: customer, asPath: [ASN] }),
      ...prefixes.map((prefix) => pathRoute(prefix, { nextHop: '10.0.4.12', asPath: [65_515] })),
    ])
  }
}

async function startRouters(): Promise<void> {
  for (const router of NAMESPACES) await createRouterNamespace(router)
  const routes = prefixes.flatMap((text) => {
    const prefix = parsePrefixWithoutHostBits(text)
    return prefix ? [{ prefix, path: [12_076, 65_515] }] : []
  })
  const receiver = new BmpRecordingReceiver(db, createComponentLogger('bmp'))
  const station: BmpListeningStation = await startStation({ host: '127.0.0.1', port: 0, allow: [] }, receiver)
  closing.push(async () => {
    await station.stop()
    receiver.stop()
  })
  const relay = new BmpStationRelay({ router: 'ce', port: ROUTER_BMP_STATION_PORT, folder, to: () => station.port })
  closing.push(() => relay.close())
  for (const [name, { customer, msee }] of Object.entries(PATHS)) {
    await runIpCommandsInNamespace('ce', [
      `link add to-${name} type veth peer name to-ce netns ${getRouterNamespaceName(name)}`,
    ])
    await runIpCommandsInNamespace('ce', [`addr add ${customer}/30 dev to-${name}`, `link set to-${name} up`])
    await runIpCommandsInNamespace(name, [`addr add ${msee}/30 dev to-ce`, 'link set to-ce up'])
    const neighbor = { name: 'ce', local: msee, address: customer, asn: ASN, bfd: false, passes: 'own' as const }
    const bird = new BirdDaemon({ name, routerId: msee, asn: 12_076, neighbors: [neighbor] }, { routes }, folder)
    await bird.start()
    closing.push(() => bird.kill())
  }
}

const gobgp = (...args: string[]) =>
  runProgram('ip', ['netns', 'exec', getRouterNamespaceName('ce'), 'gobgp', '-p', '50051', ...args])

/**
 * Starts the router. Its policy is set before the second neighbor is added, and is then applied to the routes of the
 * first one.
 */
async function startGobgp(): Promise<void> {
  const { primary, secondary } = PATHS
  const speaker = { name: 'ce', asn: ASN, routerId: '10.255.0.1', announces: [], bfd: false }
  const router = new GobgpDaemon(
    { ...speaker, neighbor: { address: primary.msee, asn: 12_076 } },
    path.join(folder, 'ce'),
  )
  await router.start()
  closing.push(() => router.kill())
  for (const [name, { msee }] of Object.entries(PATHS)) await gobgp('policy', 'neighbor', 'add', name, msee)
  for (const [index, [prefix, of]] of Object.entries(POLICY).entries()) {
    await gobgp('policy', 'prefix', 'add', `prefix${index}`, prefix)
    for (const [name, action] of Object.entries(of)) {
      const statement = `${name}${index}`
      await gobgp('policy', 'statement', 'add', statement)
      await gobgp('policy', 'statement', statement, 'add', 'condition', 'prefix', `prefix${index}`)
      await gobgp('policy', 'statement', statement, 'add', 'condition', 'neighbor', name)
      await gobgp('policy', 'statement', statement, 'add', 'action', ...action.split(' '))
      await gobgp('policy', 'add', 'of-customer', statement)
    }
  }
  await gobgp('global', 'policy', 'import', 'add', 'of-customer', 'default', 'accept')
  await gobgp('neighbor', 'add', secondary.msee, 'as', '12076')
  await gobgp('neighbor', primary.msee, 'softresetin')
}

/** Returns the path that the router uses for each prefix, from its own table. */
async function used(): Promise<Record<string, string>> {
  const rib: Record<string, { best?: boolean; 'neighbor-ip'?: string }[]> = JSON.parse(
    await gobgp('global', 'rib', '-j'),
  )
  const nameOf = (address: string | undefined) =>
    Object.entries(PATHS).find(([, { msee }]) => msee === address)?.[0] ?? 'none'
  return Object.fromEntries(
    Object.entries(rib).map(([prefix, paths]) => [
      prefix,
      prefix !== '10.17.0.0/16' && paths.length < 2
        ? 'not known yet'
        : nameOf(paths.find(({ best }) => best)?.['neighbor-ip']),
    ]),
  )
}

/**
 * Returns the paths that the what-if predicts for each prefix, one minute later so that the policy has been applied.
 */
async function predicted() {
  const { ribs } = await readWhatIfData(db, { at: undefined, now: Date.now() + 61_000 })
  const rows = ribs.flatMap((rib) =>
    rib.table.side === 'onprem'
      ? computeWhatIfRows(rib, EMPTY_WHAT_IF_FAILURE, { siteOf: () => null, nameOf: (id) => id })
      : [],
  )
  return new Map(
    rows.map(({ prefix, before, basis }) => [
      prefix,
      {
        paths: before.map((one) => one.path),
        is: basis?.is,
        by: basis?.parted?.by ?? null,
        refused: basis?.refused.map((one) => one.path) ?? [],
      },
    ]),
  )
}

it.skipIf(!isInstalled('gobgpd') || !isInstalled('bird'))(
  'what the routers report leads to the paths that GoBGP itself uses',
  async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-choice-'))
    await recordEstate()
    await startRouters()
    await startGobgp()
    await expect.poll(used, soon).toMatchObject({ '10.10.0.0/16': 'secondary', '10.11.0.0/16': 'secondary' })
    await expect.poll(async () => (await predicted()).get('10.16.0.0/16')?.is, soon).toBe('reported')
    const byRouter = await used()
    const byReports = await predicted()
    expect(Object.fromEntries([...byReports].map(([prefix, { by }]) => [prefix, by]))).toEqual({
      '10.10.0.0/16': 'local_preference',
      '10.11.0.0/16': 'local_preference',
      '10.12.0.0/16': 'med',
      '10.13.0.0/16': 'med',
      '10.14.0.0/16': 'as_path',
      '10.15.0.0/16': 'as_path',
      '10.16.0.0/16': null,
      '10.17.0.0/16': null,
    })
    expect(byReports.get('10.17.0.0/16')).toMatchObject({ paths: ['secondary'], refused: ['primary'] })
    for (const [prefix, { paths, by, is }] of byReports) {
      expect([prefix, is]).toEqual([prefix, 'reported'])
      if (by === null) expect(paths).toContain(byRouter[prefix])
      else expect([prefix, paths]).toEqual([prefix, [byRouter[prefix]]])
    }
  },
  120_000,
)
