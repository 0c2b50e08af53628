import { connect, type Socket } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { shiftDatabaseTime } from '#lib/platform/testing/database-time.ts'
import { bytesOfHex } from '../codec/testing/hex.ts'
import { frrBmpMessageBytes } from '../codec/testing/router-bytes.ts'
import type { ArrivedMessage } from './router-stream.ts'
import { ListenError } from './listening-thread.ts'
import {
  type ConnectionEnd,
  type RouterConnection,
  type BmpListeningStation,
  type StationOptions,
  startStation,
} from './station.ts'

/** Creates a receiver that records all calls. `hold` delays the end of processing. */
function receiverFor() {
  const received: ArrivedMessage[] = []
  const ends: ConnectionEnd[] = []
  const refused: string[] = []
  let gate = Promise.resolve()
  return {
    received,
    ends,
    refusals: refused,
    /** @returns a function that ends the delay */
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return resolve
    },
    async messages(_: unknown, batch: readonly ArrivedMessage[]) {
      received.push(...batch)
      await gate
    },
    async closed(_: unknown, end: ConnectionEnd) {
      ends.push(end)
    },
    refused: (address: string, why: string) => void refused.push(`${address} ${why}`),
  }
}

const stations: BmpListeningStation[] = []
const sockets: Socket[] = []
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  await Promise.all(stations.splice(0).map((station) => station.stop()))
})

async function listen(receiver: ReturnType<typeof receiverFor>, options: Partial<StationOptions> = {}) {
  const station = await startStation({ host: '127.0.0.1', port: 0, allow: [], ...options }, receiver)
  stations.push(station)
  return station
}

async function router({ port }: BmpListeningStation, ...hex: string[]): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port })
  sockets.push(socket)
  socket.on('error', () => undefined)
  await new Promise((resolve) => socket.once('connect', resolve))
  for (const text of hex) socket.write(bytesOfHex(text))
  return socket
}

const isClosed = (socket: Socket) =>
  new Promise<void>((resolve) => {
    socket.resume()
    socket.once('close', () => resolve())
  })

it('what arrives is dated by the database’s clock, and not by that of the thread that reads it', async () => {
  const together = await shiftDatabaseTime(-7_200_000)
  try {
    const receiver = receiverFor()
    const station = await listen(receiver)
    const from = getDatabaseNow()
    const socket = await router(station, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
    await vi.waitUntil(() => receiver.received.length === 2)
    socket.end()
    await vi.waitUntil(() => receiver.ends.length === 1)
    const to = getDatabaseNow()
    const [end] = receiver.ends
    for (const at of [...receiver.received.map((one) => one.at), end?.at ?? 0, end?.lastDataAt ?? 0]) {
      expect(at).toBeGreaterThanOrEqual(from)
      expect(at).toBeLessThanOrEqual(to)
    }
  } finally {
    await together()
  }
})

describe('a station', () => {
  it('hands on what a router sends, with the time of its arrival', async () => {
    const receiver = receiverFor()
    const station = await listen(receiver)
    const before = Date.now()
    const socket = await router(
      station,
      frrBmpMessageBytes.initiation,
      frrBmpMessageBytes.peerUp,
      frrBmpMessageBytes.announcement,
    )
    await expect
      .poll(() => receiver.received.map(({ message }) => message.type))
      .toEqual(['initiation', 'peerUp', 'routeMonitoring'])
    for (const { at } of receiver.received) expect(at >= before && at <= Date.now()).toBe(true)
    socket.end()
    await expect.poll(() => receiver.ends).toMatchObject([{ reason: 'closed', detail: '' }])
  })

  it('stamps arrivals while it is busy with something else', async () => {
    const receiver = receiverFor()
    const station = await listen(receiver)
    const socket = await router(station, frrBmpMessageBytes.initiation)
    await expect.poll(() => receiver.received.length).toBe(1)
    const letGo = receiver.hold()
    socket.write(bytesOfHex(frrBmpMessageBytes.peerUp))
    await expect.poll(() => receiver.received.length).toBe(2)
    socket.write(bytesOfHex(frrBmpMessageBytes.downLocally))
    const written = Date.now()
    // this thread is busy and reads no messages from the other thread during that time
    const until = Date.now() + 300
    while (Date.now() < until);
    letGo()
    await expect.poll(() => receiver.received.length).toBe(3)
    expect((receiver.received[2]?.at ?? 0) - written).toBeLessThan(200)
  })

  it('does not read on while too much waits, and loses nothing', async () => {
    const receiver = receiverFor()
    const station = await listen(receiver, { limits: { waitingBytes: 20_000 } })
    const letGo = receiver.hold()
    const many = Buffer.concat(Array.from({ length: 60_000 }, () => bytesOfHex(frrBmpMessageBytes.announcement)))
    const socket = await router(station, frrBmpMessageBytes.initiation)
    let isWritten = false
    socket.write(many, () => {
      isWritten = true
    })
    await expect.poll(() => receiver.received.length).toBeGreaterThan(0)
    await new Promise((resolve) => setTimeout(resolve, 300))
    // 6.4 MB is more than the kernel buffers at both ends
    expect(isWritten).toBe(false)
    letGo()
    await expect.poll(() => receiver.received.length).toBe(60_001)
  })

  it.each([
    ['what is no BMP', '474554202f20', 'malformed', 'BMP version 71'],
    [
      'routes of nobody',
      frrBmpMessageBytes.announcement,
      'malformed',
      'the first message is a routeMonitoring and no Initiation',
    ],
    ['a message without end', `${frrBmpMessageBytes.initiation}03ffffffff00`, 'limit', 'a message of 4294967295 bytes'],
  ])('ends a connection for %s, and the others go on', async (_, hex, reason, detail) => {
    const receiver = receiverFor()
    const station = await listen(receiver)
    const other = await router(station, frrBmpMessageBytes.initiation)
    const socket = await router(station, hex)
    await isClosed(socket)
    await expect.poll(() => receiver.ends).toMatchObject([{ reason, detail: expect.stringContaining(detail) }])
    other.write(bytesOfHex(frrBmpMessageBytes.peerUp))
    await expect.poll(() => receiver.received.at(-1)?.message.type).toBe('peerUp')
  })

  it('says that a message was cut off', async () => {
    const receiver = receiverFor()
    const socket = await router(
      await listen(receiver),
      frrBmpMessageBytes.initiation,
      frrBmpMessageBytes.peerUp.slice(0, 100),
    )
    await expect.poll(() => receiver.received.length).toBe(1)
    socket.end()
    await expect.poll(() => receiver.ends).toMatchObject([{ reason: 'closed', detail: 'it ended inside a message' }])
  })

  it('ends a connection whose messages can not be taken', async () => {
    const receiver = receiverFor()
    vi.spyOn(receiver, 'messages').mockRejectedValue(new Error('the disk is full'))
    const socket = await router(await listen(receiver), frrBmpMessageBytes.initiation)
    await isClosed(socket)
    await expect.poll(() => receiver.ends).toMatchObject([{ reason: 'failed', detail: 'the disk is full' }])
  })

  it('ends a connection of which something that was taken can not be kept', async () => {
    const receiver = receiverFor()
    const messages = vi.spyOn(receiver, 'messages')
    const socket = await router(await listen(receiver), frrBmpMessageBytes.initiation)
    await expect.poll(() => messages.mock.calls.length).toBe(1)
    const [connection] = messages.mock.calls[0] as unknown as [RouterConnection]
    connection.end(new Error('the disk is full'))
    await isClosed(socket)
    await expect.poll(() => receiver.ends).toMatchObject([{ reason: 'failed', detail: 'the disk is full' }])
  })

  it('gives up on who says nothing', async () => {
    const receiver = receiverFor()
    const socket = await router(await listen(receiver, { initiationWithinMs: 50 }))
    await isClosed(socket)
    await expect.poll(() => receiver.ends).toMatchObject([{ reason: 'limit', detail: 'no Initiation within 0.05 s' }])
  })

  it('refuses who is not listed', async () => {
    const receiver = receiverFor()
    const station = await listen(receiver, { allow: [{ address: '192.0.2.0', length: 24 }] })
    await isClosed(await router(station, frrBmpMessageBytes.initiation))
    await expect.poll(() => receiver.refusals).toEqual(['127.0.0.1 not_listed'])
    expect(receiver.received).toEqual([])
  })

  it('takes so many connections of an address and no more', async () => {
    const receiver = receiverFor()
    const station = await listen(receiver, { limits: { connectionsOfAddress: 1 } })
    const first = await router(station, frrBmpMessageBytes.initiation)
    await expect.poll(() => receiver.received.length).toBe(1)
    await isClosed(await router(station))
    await expect.poll(() => receiver.refusals).toEqual(['127.0.0.1 too_many'])
    first.end()
    await expect.poll(() => receiver.ends.length).toBe(1)
    await router(station, frrBmpMessageBytes.initiation)
    await expect.poll(() => receiver.received.length).toBe(2)
  })

  it('hands on what had arrived when it is stopped', async () => {
    const receiver = receiverFor()
    const station = await listen(receiver)
    await router(station, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp)
    await expect.poll(() => receiver.received.length).toBe(2)
    await stations.pop()?.stop()
    expect(receiver.ends).toMatchObject([{ reason: 'stopped' }])
  })

  it('says why it can’t listen', async () => {
    const { port } = await listen(receiverFor())
    const second = startStation({ host: '127.0.0.1', port, allow: [] }, receiverFor())
    await expect(second).rejects.toThrow(ListenError)
    await expect(second).rejects.toThrow('EADDRINUSE')
  })
})
