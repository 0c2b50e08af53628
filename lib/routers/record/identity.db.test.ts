import type { Socket } from 'node:net'
import { afterEach, expect, it, vi } from 'vitest'
import { readReportingRouters, readReportedSessions } from '#lib/history/index.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { bgpMessage } from '#lib/routers/bmp/codec/testing/encode-bgp.ts'
import { encodeBmp } from '#lib/routers/bmp/codec/testing/encode-bmp.ts'
import { bytesOfHex } from '#lib/routers/bmp/codec/testing/hex.ts'
import { startStation } from '#lib/routers/bmp/index.ts'
import { getRouter, removeReportedRouter } from '#lib/routers/answers/index.ts'
import { BmpRecordingReceiver } from './recording-receiver.ts'
import {
  connectFromLocalAddress,
  createTestBgpOpen,
  openTestBgpSession,
  createTestBmpPeerHeader,
} from './testing/routers.ts'
import { readRouterRoutes } from '../store/index.ts'

const db = withTestDatabase()
const WAIT = { timeout: 30_000, interval: 50 }
const ends: (() => unknown)[] = []
afterEach(async () => {
  for (const end of ends.splice(0).toReversed()) await end()
  await db.pool.query('TRUNCATE router CASCADE')
})
const opened = (socket: Socket) => {
  ends.push(() => socket.destroy())
  return socket
}

/** Starts both stations, as `npm run bmp` does. */
async function stations(neighbors: { address: string; asn: number }[] = []) {
  const receiver = new BmpRecordingReceiver(db, createComponentLogger('bmp'), { neighbors })
  const allow = [{ address: '127.0.0.0', length: 8 }]
  const at = { host: '127.0.0.1', port: 0, allow }
  const bmp = await startStation(at, receiver)
  const bgp = await startStation({ ...at, collector: { asn: 64_999, holdSeconds: 600 } }, receiver)
  ends.push(() => receiver.stop(), bmp.stop, bgp.stop)
  return { bmp: bmp.port, bgp: bgp.port }
}

/** Reports one session with an MSEE by BMP. */
async function report(
  port: number,
  address: string,
  sysName: string,
  more: Parameters<typeof createTestBgpOpen>[0] = {},
) {
  const socket = opened(await connectFromLocalAddress(address, port))
  const peer = createTestBmpPeerHeader()
  const received = createTestBgpOpen({ asn: 12_076, bgpId: '192.0.2.98', capabilities: [1, 65] })
  const sent = createTestBgpOpen({ capabilities: [1, 65], ...more })
  const local = { localAddress: '192.0.2.97', localPort: 1, remotePort: 179 }
  socket.write(encodeBmp({ type: 'initiation', sysName, sysDescr: null, texts: [] }))
  socket.write(encodeBmp({ type: 'peerUp', peer, ...local, sent, received, tableName: null, texts: [] }))
  return socket
}

/** Advertises 10.n.0.0/16. */
const announce = (socket: Socket, n: number) =>
  socket.write(
    bgpMessage(
      2,
      bytesOfHex(`0000 0014 40010100 40020602010000fdf2 4003040a140001 100a${n.toString(16).padStart(2, '0')}`),
    ),
  )

/** Returns each session with the collector, with the address and name of its router, its state and its prefixes. */
async function collected() {
  const routers = await readReportingRouters(db.pool)
  const own = (await readReportedSessions(db.pool)).filter(({ protocol }) => protocol === 'bgp')
  const texts = own.map(async ({ id, routerId, state }) => {
    const router = routers.find((one) => one.id === routerId)
    const routes = await readRouterRoutes(db.pool, id, { from: 0, to: Date.now() + 60_000, limit: 50 })
    const prefixes = routes.filter(({ to }) => to === null).map(({ prefix }) => prefix)
    return `${router?.address} ${router?.name} by ${router?.connection.protocol}: ${[state, ...prefixes].join(' ')}`
  })
  return (await Promise.all(texts)).toSorted()
}
const expectCollected = (texts: string[]) =>
  vi.waitFor(async () => expect(await collected()).toEqual(texts.toSorted()), WAIT)

it('a session from another address takes nothing of the router whose name it states', async () => {
  const { bmp, bgp } = await stations()
  await report(bmp, '127.0.0.11', 'edge-x')
  await vi.waitFor(async () => expect(await readReportedSessions(db.pool)).toHaveLength(1), WAIT)
  const real = opened(await openTestBgpSession('127.0.0.11', bgp, { hostName: 'edge-x' }))
  announce(real, 1)
  announce(real, 2)
  const own = '127.0.0.11 edge-x by bmp: up 10.1.0.0/16 10.2.0.0/16'
  await expectCollected([own])
  const imposter = opened(await openTestBgpSession('127.0.0.66', bgp, { hostName: 'edge-x' }))
  announce(imposter, 66)
  await expectCollected([own, '127.0.0.66 edge-x by bgp: up 10.66.0.0/16'])
  announce(real, 3)
  imposter.destroy()
  await expectCollected([`${own} 10.3.0.0/16`, '127.0.0.66 edge-x by bgp: down'])
})

it('a session with another ASN is not of the router that reports by BMP from its address, unless that is declared', async () => {
  for (const isDeclared of [false, true]) {
    const { bmp, bgp } = await stations(isDeclared ? [{ address: '127.0.0.1', asn: 65_010 }] : [])
    await report(bmp, '127.0.0.1', 'lon-ce-1', { asn: 65_001 })
    await vi.waitFor(async () => expect(await readReportedSessions(db.pool)).toHaveLength(1), WAIT)
    const fat = opened(await openTestBgpSession('127.0.0.1', bgp, { hostName: 'fat', bgpId: '10.9.9.9' }))
    announce(fat, 9)
    await expectCollected([`127.0.0.1 ${isDeclared ? 'lon-ce-1 by bmp' : 'fat by bgp'}: up 10.9.0.0/16`])
    const notes = (
      await Promise.all((await readReportingRouters(db.pool)).map(({ id }) => getRouter(db.pool, String(id))))
    )
      .flatMap(({ data }) => data.notes)
      .join()
    if (isDeclared) expect(notes).toBe('')
    else {
      expect(notes).toContain('lon-ce-1 (AS 65001, BGP identifier 10.255.0.1) reports by BMP from this address')
      expect(notes).toContain('set BGP_NEIGHBORS=127.0.0.1=65010')
    }
    for (const end of ends.splice(0).toReversed()) await end()
    await db.pool.query('TRUNCATE router CASCADE')
  }
})

it('two routers behind one address announce side by side', async () => {
  const { bmp, bgp } = await stations()
  await report(bmp, '127.0.0.12', 'ce-a', { bgpId: '10.255.0.1' })
  await vi.waitFor(async () => expect(await readReportedSessions(db.pool)).toHaveLength(1), WAIT)
  const sessions = [
    { hostName: 'ce-a', bgpId: '10.255.0.1' },
    { hostName: 'ce-b', bgpId: '10.255.0.2' },
    { hostName: 'ce-a', bgpId: '10.255.0.1', asn: 65_020 },
  ]
  for (const [n, session] of sessions.entries())
    announce(opened(await openTestBgpSession('127.0.0.12', bgp, session)), n + 1)
  await expectCollected([
    '127.0.0.12 ce-a by bmp: up 10.1.0.0/16',
    '127.0.0.12 ce-b by bgp: up 10.2.0.0/16',
    '127.0.0.12 ce-a (AS 65020, 10.255.0.1) by bgp: up 10.3.0.0/16',
  ])
})

it('one address opens sessions as 16 routers, and the next session is ended', async () => {
  const { bgp } = await stations()
  for (let n = 1; n <= 18; n++) {
    const socket = opened(await openTestBgpSession('127.0.0.13', bgp, { hostName: `r${n}`, bgpId: `10.255.1.${n}` }))
    if (n <= 16) await vi.waitFor(async () => expect(await readReportedSessions(db.pool)).toHaveLength(n), WAIT)
    else await new Promise((resolve) => socket.once('close', resolve))
    socket.destroy()
  }
  expect(await readReportingRouters(db.pool)).toHaveLength(16)
})

it('a session without a hold time is noted, and its router is deleted once it is gone', async () => {
  const { bgp } = await stations()
  const socket = opened(await openTestBgpSession('127.0.0.14', bgp, { hostName: 'ce', holdTimeSeconds: 0 }))
  announce(socket, 1)
  await expectCollected(['127.0.0.14 ce by bgp: up 10.1.0.0/16'])
  const id = String((await readReportingRouters(db.pool))[0]?.id)
  expect((await getRouter(db.pool, id)).data.notes).toEqual([expect.stringContaining('hold time of 0')])
  await expect(removeReportedRouter(db, id)).rejects.toThrow('the router is connected')
  socket.destroy()
  await vi.waitFor(async () => expect((await getRouter(db.pool, id)).data.state).toBe('away'), WAIT)
  expect((await removeReportedRouter(db, id)).data).toEqual({ id, address: '127.0.0.14', name: 'ce' })
  for (const table of ['router', 'router_connection', 'router_session', 'router_route', 'router_route_attributes'])
    expect((await db.pool.query(`SELECT FROM ${table}`)).rows).toEqual([])
  await expect(removeReportedRouter(db, id)).rejects.toThrow('no router is known')
  announce(opened(await openTestBgpSession('127.0.0.14', bgp, { hostName: 'ce' })), 2)
  await expectCollected(['127.0.0.14 ce by bgp: up 10.2.0.0/16'])
})

it('a session that came before the reports by BMP is joined when it comes again', async () => {
  const { bmp, bgp } = await stations()
  const first = opened(await openTestBgpSession('127.0.0.15', bgp, { hostName: 'ce.example' }))
  announce(first, 1)
  await expectCollected(['127.0.0.15 ce.example by bgp: up 10.1.0.0/16'])
  const own = String((await readReportingRouters(db.pool))[0]?.id)
  await report(bmp, '127.0.0.15', 'ce')
  await vi.waitFor(
    async () =>
      expect((await getRouter(db.pool, own)).data.notes).toEqual([
        expect.stringContaining('The next session with the collector belongs to that router'),
      ]),
    WAIT,
  )
  first.destroy()
  announce(opened(await openTestBgpSession('127.0.0.15', bgp, { hostName: 'ce.example' })), 2)
  await expectCollected(['127.0.0.15 ce by bmp: up 10.2.0.0/16', '127.0.0.15 ce.example by bgp: down'])
})
