import { once } from 'node:events'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { afterEach, expect, it, vi } from 'vitest'
import { startStation } from '#lab/router-faults/station-process.ts'
import { readReportingRouters, readReportedSessions } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { BmpDecoder } from '#lib/routers/bmp/codec/decoder.ts'
import type { BgpOpen } from '#lib/routers/bmp/codec/open.ts'
import { bgpMessage, encodeOpen } from '#lib/routers/bmp/codec/testing/encode-bgp.ts'
import { encodeBmp } from '#lib/routers/bmp/codec/testing/encode-bmp.ts'
import { bytesOfHex } from '#lib/routers/bmp/codec/testing/hex.ts'
import { frrBmpMessageBytes } from '#lib/routers/bmp/codec/testing/router-bytes.ts'
import { CollectorSessionAsBmp } from '#lib/routers/bmp/collector/collector-session-as-bmp.ts'
import { BmpRecordingReceiver } from './recording-receiver.ts'
import { createTestBmpPeerHeader } from './testing/routers.ts'
import {
  openRouterLog,
  recordRouterLog,
  readRouterCoverage,
  readRouterRoutes,
  readRouterSessionHistory,
} from '../store/index.ts'

const db = withTestDatabase()
const COLLECTOR = '10.20.254.5'
const EVER = { from: Date.UTC(2020, 0), to: Date.UTC(2100, 0) }
const receivers: BmpRecordingReceiver[] = []
afterEach(() => receivers.splice(0).forEach((receiver) => receiver.stop()))

const open = (more: Partial<BgpOpen> = {}): BgpOpen => ({
  asn: 65_010,
  holdTimeSeconds: 9,
  bgpId: '10.255.0.1',
  families: ['ipv4'],
  fourOctetAsns: true,
  addPath: [],
  gracefulRestart: { seconds: 120 },
  capabilities: [1, 65, 64],
  ...more,
})
const asBmp = new CollectorSessionAsBmp(
  { asn: 64_999, bgpId: COLLECTOR },
  { own: { address: COLLECTOR, port: 179 }, router: { address: '10.20.0.1', port: 40_000 } },
  { twoOctetAsns: false },
)
const up = (name: string, more: Partial<BgpOpen> = {}) =>
  asBmp.up(name, encodeOpen(open(more)), encodeOpen(open({ asn: 64_999 })))
const ATTRIBUTES = '0014 40010100 40020602010000fdf2 4003040a140001'
/** Advertises 10.n.0.0/16. */
const route = (n: number) =>
  asBmp.update(bgpMessage(2, bytesOfHex(`0000 ${ATTRIBUTES} 100a${n.toString(16).padStart(2, '0')}`)))
const END_OF_RIB = asBmp.update(bgpMessage(2, new Uint8Array(4)))
const hungUp = asBmp.down({ code: 3, notification: bgpMessage(3, Uint8Array.of(4, 0)) })

let lastId = 0
function receiver() {
  const one = new BmpRecordingReceiver(db, createComponentLogger('bmp'))
  receivers.push(one)
  return (protocol: 'bmp' | 'bgp', address: string, openedAt: number) => {
    const end = vi.fn<(failure: unknown) => void>()
    const connection = { id: ++lastId, protocol, address, port: 40_000, openedAt, end }
    const decoder = new BmpDecoder()
    return {
      async send(at: number, notBefore: number | null, ...frames: Uint8Array[]) {
        const messages = frames.flatMap((bytes) => [...decoder.push(bytes)])
        await one.messages(
          connection,
          messages.map((message) => ({ at, notBefore, message })),
        )
        await one.settled()
      },
      close: (at: number, reason: 'closed' | 'lost' | 'stopped' = 'closed') =>
        one.closed(connection, { at, lastDataAt: at, reason, detail: '' }),
    }
  }
}

const hex = (...texts: string[]) => texts.map(bytesOfHex)
const sessions = async () =>
  (await readReportedSessions(db.pool)).map(({ routerId, neighbor, protocol, state, observedUntil }) => ({
    routerId,
    said: `${neighbor} by ${protocol}: ${state}${observedUntil === null ? '' : ', not observed'}`,
  }))
const said = async (routerId: number) =>
  (await sessions())
    .filter((one) => one.routerId === routerId)
    .map((one) => one.said)
    .toSorted()
const routerAt = async (address: string) => {
  const own = (await readReportingRouters(db.pool)).filter((router) => router.address === address)
  expect(own).toHaveLength(1)
  return own[0]?.id ?? 0
}
async function announced(routerId: number) {
  const session = (await readReportedSessions(db.pool)).find(
    (one) => one.routerId === routerId && one.neighbor === COLLECTOR,
  )
  return readRouterRoutes(db.pool, session?.id ?? 0, { ...EVER, limit: 50 })
}
const current = async (routerId: number) =>
  (await announced(routerId)).filter(({ to }) => to === null).map(({ prefix, view }) => `${prefix} ${view}`)

it('a router by both protocols: neither’s end is the other’s', async () => {
  const [connect, address, at] = [receiver(), '10.20.1.1', Date.now() - 100_000]
  const bmp = connect('bmp', address, at)
  await bmp.send(at, null, ...hex(frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp))
  const bgp = connect('bgp', address, at + 1_000)
  await bgp.send(at + 1_100, at + 1_000, up('another name'), route(20), END_OF_RIB)
  const id = await routerAt(address)
  expect(await said(id)).toEqual([`${'192.0.2.98'} by bmp: up`, `${COLLECTOR} by bgp: up`].toSorted())
  expect(await current(id)).toEqual(['10.20.0.0/16 adjOutPost'])

  await bmp.close(at + 5_000)
  expect(await said(id)).toEqual([`192.0.2.98 by bmp: up, not observed`, `${COLLECTOR} by bgp: up`].toSorted())
  const covered = async (protocol: 'bmp' | 'bgp') => readRouterCoverage(db.pool, id, { ...EVER, protocol })
  expect([(await covered('bmp'))[0]?.ended, (await covered('bgp'))[0]?.ended]).toEqual(['closed', null])

  await connect('bmp', address, at + 6_000).send(
    at + 6_000,
    null,
    ...hex(frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp),
  )
  // the hold timer of the session expires, which has bounds, and the session stays down until the router connects again
  await bgp.send(at + 20_000, at + 10_000, hungUp)
  await bgp.close(at + 20_001, 'lost')
  expect(await said(id)).toEqual([`192.0.2.98 by bmp: up`, `${COLLECTOR} by bgp: down`].toSorted())
  const session = (await readReportedSessions(db.pool)).find((one) => one.routerId === id && one.protocol === 'bgp')
  expect((await readRouterSessionHistory(db.pool, session?.id ?? 0, EVER)).at(-1)).toMatchObject({
    reason: { by: 'remote', notification: { code: 4 } },
    from: { earliest: at + 10_000, latest: at + 20_000 },
  })
  expect((await announced(id)).map(({ ended }) => ended)).toEqual(['sessionDown'])
  expect((await readReportingRouters(db.pool)).find((router) => router.id === id)?.connection.protocol).toBe('bmp')
})

it('what BMP and a log say of the session with the collector is what that knows better', async () => {
  const [connect, address, at] = [receiver(), '10.20.2.1', Date.now() - 100_000]
  const bgp = connect('bgp', address, at)
  await bgp.send(at + 100, at, up('ce'), route(20), route(21), END_OF_RIB)
  const id = await routerAt(address)
  const bmp = connect('bmp', address, at + 1_000)
  await bmp.send(at + 1_000, null, ...hex(frrBmpMessageBytes.initiation))
  const peer = createTestBmpPeerHeader({ address: COLLECTOR, asn: 64_999, bgpId: COLLECTOR })
  const ids = { localAddress: address, localPort: 1, remotePort: 179, sent: open(), received: open({ asn: 64_999 }) }
  await bmp.send(at + 2_000, null, encodeBmp({ type: 'peerUp', peer, ...ids, tableName: null, texts: [] }))
  await bmp.send(at + 3_000, null, encodeBmp({ type: 'peerDown', peer, reason: { by: 'remoteWithoutNotification' } }))
  expect(await said(id)).toEqual([`${COLLECTOR} by bgp: up`])
  expect(await current(id)).toHaveLength(2)

  const log = await openRouterLog(db.pool, { address, name: 'ce', at: at + 4_000, neighbors: [COLLECTOR] })
  const line = { neighbor: COLLECTOR, vrf: null, neighborAsn: null, notBefore: null, reason: null, text: 'down' }
  await recordRouterLog(db, log, at + 4_000, [{ ...line, at: at + 4_000, state: 'down' }])
  expect(await said(id)).toEqual([`${COLLECTOR} by bgp: up`])
  await bgp.send(at + 5_000, at + 4_500, route(22))
  expect(await current(id)).toHaveLength(3)
})

it('a session that states the name of another router takes nothing of that router', async () => {
  const [connect, at] = [receiver(), Date.now() - 100_000]
  const real = '10.20.3.1'
  await connect('bmp', real, at).send(at, null, ...hex(frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp))
  const known = await routerAt(real)
  const name = (await readReportingRouters(db.pool)).find((router) => router.id === known)?.name ?? ''
  const own = connect('bgp', real, at + 1_000)
  await own.send(at + 1_000, at, up(name), route(20), route(21), END_OF_RIB)
  const imposter = connect('bgp', '127.0.0.66', at + 2_000)
  await imposter.send(at + 2_000, at + 1_000, up(name), route(30), END_OF_RIB)
  expect(await routerAt('127.0.0.66')).not.toBe(known)
  expect(await current(known)).toHaveLength(2)
  await own.send(at + 3_000, at + 2_000, route(22))
  await imposter.close(at + 4_000)
  expect(await current(known)).toHaveLength(3)
  expect(await said(known)).toContain(`${COLLECTOR} by bgp: up`)

  // another AS at the same address, such as a router behind the same NAT
  const fat = connect('bgp', real, at + 5_000)
  await fat.send(at + 5_000, at, up('fat', { asn: 65_099, bgpId: '10.255.0.9' }), route(40))
  await fat.close(at + 6_000, 'lost')
  expect(await said(known)).toContain(`${COLLECTOR} by bgp: up`)
  const there = (await readReportingRouters(db.pool)).filter(({ address }) => address === real)
  expect(there.map((router) => router.name).toSorted()).toEqual([name, 'fat'].toSorted())
})

it('two routers that report from one address by one name are two', async () => {
  const [connect, address, at] = [receiver(), '10.20.5.1', Date.now() - 100_000]
  const peer = createTestBmpPeerHeader()
  const peerUp = (bgpId: string) =>
    encodeBmp({
      type: 'peerUp',
      peer,
      localAddress: '192.0.2.97',
      localPort: 1,
      remotePort: 179,
      sent: open({ bgpId }),
      received: open({ asn: 12_076, bgpId: '192.0.2.98' }),
      tableName: null,
      texts: [],
    })
  const [first, second] = [connect('bmp', address, at), connect('bmp', address, at + 1)]
  await first.send(at, null, ...hex(frrBmpMessageBytes.initiation), peerUp('10.255.0.1'))
  await second.send(at + 1, null, ...hex(frrBmpMessageBytes.initiation))
  await second.send(at + 2, null, peerUp('10.255.0.2'))
  const there = (await readReportingRouters(db.pool)).filter((router) => router.address === address)
  expect(there.map(({ name }) => name).toSorted()).toEqual(['ceA', 'ceA (AS 65010, 10.255.0.2)'])
  await second.close(at + 3_000, 'lost')
  for (const { id, name } of there)
    expect(await said(id)).toEqual([`192.0.2.98 by bmp: up${name === 'ceA' ? '' : ', not observed'}`])
})

it('after a station that was away what is sent again goes on, and the rest went meanwhile', async () => {
  const [address, at] = ['10.20.4.1', Date.now() - 100_000]
  for (const [n, capabilities] of [
    [1, 65, 64],
    [1, 65],
  ].entries()) {
    const from = at + n * 40_000
    const first = receiver()('bgp', address, from)
    await first.send(from, from, up('10.255.0.1', { capabilities }), route(20), route(21), END_OF_RIB)
    await first.close(from + 10_000, 'stopped')
    const id = await routerAt(address)
    expect(await said(id)).toEqual([`${COLLECTOR} by bgp: up, not observed`])
    const second = receiver()('bgp', address, from + 20_000)
    // without graceful restart, the router sends no End-of-RIB
    const end = capabilities.includes(64) ? [END_OF_RIB] : []
    await second.send(from + 20_500, from + 20_000, up('10.255.0.1', { capabilities }))
    await second.send(from + 21_000, from + 20_000, route(20), ...end)
    expect(await current(id)).toEqual(['10.20.0.0/16 adjOutPost'])
    const gone = (await announced(id)).findLast(({ prefix }) => prefix === '10.21.0.0/16')
    expect(gone).toMatchObject({ ended: 'notInTable', to: { earliest: from + 10_000 } })
    await second.close(from + 30_000)
  }
})

it('`npm run bmp` opens a session where BGP_LISTEN says, with the ASN and the hold time that are set, and says goodbye', async () => {
  const port = await findFreePort()
  const bgp = { BGP_LISTEN: `127.0.0.1:${port}`, BGP_ASN: '64999', BGP_HOLD_TIME: '30s' }
  const station = await startStation({ DATABASE_URL: db.url, DATA_DIR: tmpdir(), ...bgp })
  try {
    const router = connect(port, '127.0.0.1')
    const [open] = (await once(router, 'data')) as [Buffer]
    // OPEN with version 4, AS 64999, 30 s and identifier 127.0.0.1
    expect(open.subarray(18, 28).toString('hex')).toBe('0104fde7001e7f000001')
    station.kill('SIGTERM')
    const [cease] = (await once(router, 'data')) as [Buffer]
    expect(cease.subarray(18).toString('hex')).toBe('030602')
    await once(station, 'exit')
  } finally {
    station.kill('SIGKILL')
  }
}, 60_000)
