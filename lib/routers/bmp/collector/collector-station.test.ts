import { connect, type Socket } from 'node:net'
import { afterEach, expect, it } from 'vitest'
import { bgpMessage, encodeOpen } from '../codec/testing/encode-bgp.ts'
import { bytesOfHex } from '../codec/testing/hex.ts'
import type { ArrivedMessage } from '../station/router-stream.ts'
import {
  type ConnectionEnd,
  type RouterConnection,
  type BmpListeningStation,
  startStation,
} from '../station/station.ts'

const KEEPALIVE = bgpMessage(4, new Uint8Array())
const ROUTE = bgpMessage(2, bytesOfHex('0000 0014 40010100 40020602010000fdf2 4003040a140001 100a14'))
/** An UPDATE whose attributes are longer than the message. */
const UNREADABLE = bgpMessage(2, bytesOfHex('0000 00ff 40010100'))
const openAs = (bgpId: string) =>
  encodeOpen({
    asn: 65_010,
    holdTimeSeconds: 3,
    bgpId,
    families: ['ipv4'],
    fourOctetAsns: true,
    addPath: [],
    gracefulRestart: null,
    capabilities: [1, 65],
  })

const stations: BmpListeningStation[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(stations.splice(0).map((station) => station.stop()))
})

/** Starts a station, and records its messages by the router's port. */
async function collector(options: { waitingBytes?: number; initiationWithinMs?: number } = {}) {
  const arrived = new Map<number, string[]>()
  const ends = new Map<number, ConnectionEnd>()
  let gate: Promise<void> | null = null
  const station = await startStation(
    {
      host: '127.0.0.1',
      port: 0,
      allow: [],
      collector: { asn: 64_999, holdSeconds: 9 },
      initiationWithinMs: options.initiationWithinMs ?? 30_000,
      limits: { waitingBytes: options.waitingBytes ?? 2 ** 20 },
    },
    {
      async messages({ port }: RouterConnection, batch: readonly ArrivedMessage[]) {
        const known = arrived.get(port) ?? []
        arrived.set(port, [...known, ...batch.map(({ message }) => said(message))])
        await gate
      },
      async closed({ port }, end) {
        ends.set(port, end)
      },
      refused: () => undefined,
    },
  )
  stations.push(station)
  /** @returns a function that releases the messages */
  const hold = () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    gate = promise
    return resolve
  }
  return { station, hold, arrived, ends }
}

const said = (message: ArrivedMessage['message']) =>
  message.type === 'peerDown' && 'notification' in message.reason
    ? `down by ${message.reason.by} ${message.reason.notification?.code}/${message.reason.notification?.subcode}`
    : message.type

async function router({ port }: BmpListeningStation, bgpId: string | null, localAddress = '127.0.0.1') {
  const socket = connect({ host: '127.0.0.1', port, localAddress })
  sockets.push(socket)
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  const got: string[] = []
  let rest = Buffer.alloc(0)
  socket.on('data', (bytes) => {
    rest = Buffer.concat([rest, bytes])
    while (rest.length >= 19 && rest.length >= rest.readUInt16BE(16)) {
      const message = rest.subarray(0, rest.readUInt16BE(16))
      got.push(`${message[18]}${message[18] === 3 ? `:${message[19]}/${message[20]}` : ''}`)
      rest = rest.subarray(message.length)
    }
  })
  if (bgpId !== null) socket.write(Buffer.concat([openAs(bgpId), KEEPALIVE]))
  return { socket, got, port: socket.localPort ?? 0 }
}

it('an UPDATE that can’t be read ends the session that it came by, and no other', async () => {
  const { station, arrived, ends } = await collector()
  const good = await router(station, '10.255.0.1')
  const bad = await router(station, '10.255.0.2', '127.0.0.2')
  bad.socket.write(Buffer.concat([ROUTE, UNREADABLE, ROUTE]))
  await expect.poll(() => ends.get(bad.port)).toMatchObject({ reason: 'malformed' })
  expect(arrived.get(bad.port)).toEqual(['initiation', 'peerUp', 'routeMonitoring', 'down by remote 3/1'])
  await expect.poll(() => bad.got.at(-1)).toBe('3:3/1')
  good.socket.write(ROUTE)
  await expect.poll(() => arrived.get(good.port)).toEqual(['initiation', 'peerUp', 'routeMonitoring'])
  // OPEN, KEEPALIVE, End-of-RIB of the single family, and KEEPALIVEs
  expect(good.got.slice(0, 3)).toEqual(['1', '4', '2'])
  expect(good.got.slice(3).every((type) => type === '4')).toBe(true)
})

it('of two sessions of a router the newer one stands', async () => {
  const { station, arrived, ends } = await collector()
  const older = await router(station, '10.255.0.1')
  const other = await router(station, '10.255.0.2')
  await expect.poll(() => arrived.size).toBe(2)
  const newer = await router(station, '10.255.0.1')
  await expect
    .poll(() => ends.get(older.port))
    .toMatchObject({ reason: 'closed', detail: 'the router connected again' })
  expect(arrived.get(older.port)).toEqual(['initiation', 'peerUp', 'down by remote 6/7'])
  expect(older.got.at(-1)).toBe('3:6/7')
  await expect.poll(() => arrived.get(newer.port)).toEqual(['initiation', 'peerUp'])
  expect([ends.has(newer.port), ends.has(other.port)]).toEqual([false, false])
})

it('while what a router sent waits it gets KEEPALIVEs, and is not taken to be silent', async () => {
  const { station, hold, arrived, ends } = await collector({ waitingBytes: 1_000 })
  const go = hold()
  const { socket, got, port } = await router(station, '10.255.0.1')
  await expect.poll(() => arrived.get(port)?.length).toBe(2)
  socket.write(Buffer.concat(Array.from({ length: 100 }, () => ROUTE)))
  // longer than the hold time of 3 s
  await expect.poll(() => got.filter((type) => type === '4').length, { timeout: 20_000 }).toBeGreaterThan(5)
  expect([ends.size, arrived.get(port)?.length ?? 0]).toEqual([0, 2])
  go()
  await expect.poll(() => arrived.get(port)?.length).toBe(102)
  // from then on the hold timer runs
  await expect.poll(() => ends.get(port), { timeout: 20_000 }).toMatchObject({ reason: 'lost' })
  expect(arrived.get(port)?.at(-1)).toBe('down by remote 4/0')
}, 60_000)

it('says goodbye when it stops, and what ends then is no fall', async () => {
  const { station, arrived, ends } = await collector()
  const { got, port } = await router(station, '10.255.0.1')
  await expect.poll(() => arrived.get(port)).toEqual(['initiation', 'peerUp'])
  await station.stop()
  expect(ends.get(port)).toMatchObject({ reason: 'stopped' })
  await expect.poll(() => got.at(-1)).toBe('3:6/2')
  expect(arrived.get(port)).toEqual(['initiation', 'peerUp'])
})

it('who opens no session costs no place', async () => {
  const { station, ends } = await collector({ initiationWithinMs: 50 })
  const { got, port } = await router(station, null)
  await expect.poll(() => ends.get(port)).toMatchObject({ reason: 'limit', detail: 'no session within 0.05 s' })
  await expect.poll(() => got).toEqual(['1', '3:4/0'])
})
