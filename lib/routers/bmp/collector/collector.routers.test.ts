import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { readReportingRouters, readReportedSessions } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import {
  ROUTER_BMP_STATION_PORT,
  type CustomerRouterControl,
  type CustomerBgpSpeaker,
} from '#lab/simulator/daemons/customer-router.ts'
import { FRR_BGPD_PROGRAM_PATH, FrrDaemon } from '#lab/simulator/daemons/frr-daemon.ts'
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
import { BmpRecordingReceiver } from '../../record/recording-receiver.ts'
import { type BmpListeningStation, startStation } from '../station/station.ts'
import {
  readRouterCoverage,
  readRouterRoutes,
  readRouterSessionHistory,
  type RouterSessionSpan,
} from '../../store/index.ts'

const db = withTestDatabase()
const [COLLECTOR, CE] = ['192.0.2.98', '192.0.2.97']
const ASN = 64_999
const HOLD_SECONDS = 3
const speaker: CustomerBgpSpeaker = {
  name: 'ce',
  asn: 65_010,
  routerId: '10.255.0.1',
  neighbor: { address: COLLECTOR, asn: ASN },
  announces: ['10.20.0.0/16', '10.21.0.0/16'],
  bfd: false,
}
const isInstalled = (command: string) => spawnSync(command, ['--version'], { stdio: 'ignore' }).status === 0
const EVER = { from: Date.UTC(2020, 0), to: Date.UTC(2100, 0) }
const soon = { timeout: 60_000, interval: 100 }

let folder = ''
let receiver: BmpRecordingReceiver
let collector: BmpListeningStation | null = null
let bmp: BmpListeningStation | null = null
/** functions that end what a test started, in the order of their calls */
const closing: (() => Promise<void>)[] = []

beforeAll(() => removeLeftoverRouterNamespaces())

const station = (as: { collector?: { asn: number; holdSeconds: number } }) =>
  startStation({ host: '127.0.0.1', port: 0, allow: [], ...as }, receiver)
const listen = async () => {
  collector = await station({ collector: { asn: ASN, holdSeconds: HOLD_SECONDS } })
}

async function start<Router extends CustomerRouterControl>(makeRouter: () => Router): Promise<Router> {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-bgp-'))
  receiver = new BmpRecordingReceiver(db, createComponentLogger('bmp'))
  await listen()
  bmp = await station({})
  for (const name of ['ce', 'collector']) await createRouterNamespace(name)
  await runIpCommandsInNamespace('ce', [
    `link add to-far type veth peer name to-ce netns ${getRouterNamespaceName('collector')}`,
  ])
  await runIpCommandsInNamespace('ce', [`addr add ${CE}/30 dev to-far`, 'link set to-far up'])
  await runIpCommandsInNamespace('collector', [`addr add ${COLLECTOR}/30 dev to-ce`, 'link set to-ce up'])
  const relays = [
    new BmpStationRelay({ router: 'collector', port: 179, folder, to: () => collector?.port ?? 0, at: COLLECTOR }),
    new BmpStationRelay({ router: 'ce', port: ROUTER_BMP_STATION_PORT, folder, to: () => bmp?.port ?? 0 }),
  ]
  const router = makeRouter()
  closing.push(() => router.kill(), ...relays.map((relay) => () => relay.close()))
  await router.start()
  return router
}

afterEach(async () => {
  for (const close of closing.splice(0)) await close()
  await removeRouterNamespaces(['ce', 'collector']).catch(() => undefined)
  await collector?.stop()
  await bmp?.stop()
  receiver?.stop()
  rmSync(folder, { recursive: true, force: true })
}, 60_000)

/** Returns the router's session with the collector. */
const session = async () => (await readReportedSessions(db.pool)).findLast(({ protocol }) => protocol === 'bgp')
const state = async () => {
  const found = await session()
  return found?.observedUntil === null ? found.state : null
}
const last = async (): Promise<RouterSessionSpan | undefined> => {
  const found = await session()
  return found ? (await readRouterSessionHistory(db.pool, found.id, EVER)).at(-1) : undefined
}
const all = async () => {
  const found = await session()
  return found ? readRouterRoutes(db.pool, found.id, { ...EVER, limit: 100 }) : []
}
/** Returns the advertised prefixes with their AS paths. */
const announced = async () =>
  (await all())
    .filter(({ to, view }) => to === null && view === 'adjOutPost')
    .map(({ prefix, attributes }) => `${prefix} ${attributes.asPath?.join(' ')}`)
    .toSorted()

const both = ['10.20.0.0/16 65010', '10.21.0.0/16 65010']

/** Expects that a change happened within its recorded bounds. */
function expectWithin(span: RouterSessionSpan | undefined, before: number, after: number): void {
  expect(span?.from.earliest).toBeLessThanOrEqual(after)
  expect(span?.from.latest).toBeGreaterThanOrEqual(before)
}

/** Checks the behavior that both routers have in common. */
async function expectSession(router: CustomerRouterControl): Promise<void> {
  await expect.poll(announced, soon).toEqual(both)
  expect(await session()).toMatchObject({
    state: 'up',
    localAddress: '127.0.0.1',
    localAsn: 65_010,
    neighborAsn: ASN,
    holdTimeSeconds: HOLD_SECONDS,
  })

  const began = Date.now()
  await router.announce('10.22.0.0/16')
  await expect.poll(announced, soon).toEqual([...both, '10.22.0.0/16 65010'])
  await router.withdraw('10.22.0.0/16')
  await expect.poll(announced, soon).toEqual(both)
  const gone = (await all()).find(({ prefix }) => prefix === '10.22.0.0/16')
  expect(gone?.ended).toBe('withdrawn')
  expect(gone?.from.latest).toBeGreaterThanOrEqual(began)

  const paused = Date.now()
  router.pause()
  const stopped = Date.now()
  await expect.poll(state, soon).toBe('down')
  const hung = await last()
  expect(hung?.reason).toMatchObject({ by: 'remote', notification: { code: 4, subcode: 0 } })
  expectWithin(hung, paused, stopped)
  expect((hung?.from.latest ?? 0) - (hung?.from.earliest ?? 0)).toBeGreaterThanOrEqual(HOLD_SECONDS * 1_000)
  expect(await announced()).toEqual([])
  router.resume()
  await expect.poll(announced, soon).toEqual(both)

  // a route that was withdrawn while no station listened is missing from the table that the router sends again
  await collector?.stop()
  await expect.poll(state, soon).toBeNull()
  await router.withdraw('10.21.0.0/16')
  await listen()
  await expect.poll(announced, soon).toEqual(both.slice(0, 1))
  expect((await all()).findLast(({ prefix }) => prefix === '10.21.0.0/16')).toMatchObject({ ended: 'notInTable' })
  await router.announce('10.21.0.0/16')
  await expect.poll(announced, soon).toEqual(both)

  const killing = Date.now()
  await router.kill()
  const killed = Date.now()
  await expect.poll(state, soon).toBe('down')
  const fall = await last()
  expect(fall?.reason).toEqual({ by: 'localWithoutNotification', fsmEvent: 18 })
  expectWithin(fall, killing, killed)
}

describe('what real routers announce to the collector', () => {
  it.skipIf(!isInstalled(FRR_BGPD_PROGRAM_PATH))(
    'FRR',
    async () => {
      const router = await start(() => new FrrDaemon(speaker, path.join(folder, 'ce')))
      await expect.poll(announced, soon).toEqual(both)
      await router.prepend(true)
      await expect.poll(announced, soon).toEqual(both.map((text) => `${text} 65010 65010 65010`))
      await router.prepend(false)
      await expect.poll(announced, soon).toEqual(both)
      // the router counts as one router in both protocols
      const connections = async () => {
        const [found, ...others] = await readReportingRouters(db.pool)
        const by = (protocol: 'bmp' | 'bgp') => readRouterCoverage(db.pool, found?.id ?? 0, { ...EVER, protocol })
        return [others.length, found?.name, (await by('bmp')).length > 0, (await by('bgp')).length > 0]
      }
      await expect.poll(connections, soon).toEqual([0, 'ce', true, true])
      const said = await runProgram('vtysh', [
        '--vty_socket',
        router.sockets,
        '-c',
        'show bgp ipv4 unicast summary json',
      ])
      expect(JSON.parse(said).peers[COLLECTOR]).toMatchObject({ state: 'Established', pfxRcd: 0, pfxSnt: 2 })

      await router.shutDown()
      await expect.poll(state, soon).toBe('down')
      expect((await last())?.reason).toMatchObject({ by: 'local', notification: { code: 6, subcode: 2 } })
      await router.enable()
      await expectSession(router)
    },
    180_000,
  )

  it.runIf(SHOULD_RUN_LONG_TESTS && isInstalled('gobgpd'))(
    'GoBGP',
    async () => {
      await expectSession(await start(() => new GobgpDaemon(speaker, path.join(folder, 'ce'))))
    },
    180_000,
  )
})
