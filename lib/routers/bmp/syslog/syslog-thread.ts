/**
 * Thread that receives syslog by UDP and TCP and adds the time of arrival. Reading and recording the lines runs in
 * another thread.
 */
import { createSocket } from 'node:dgram'
import { createServer, isIP, type Socket } from 'node:net'
import { parentPort, workerData } from 'node:worker_threads'
import { canonicalizeAddress } from '#lib/bgp/index.ts'
import { getSteadyMs } from '#lib/platform/clock.ts'
import { createAllowListTest } from '../station/allow-list.ts'
import type { ListeningStartResult, StationStop } from '../station/listening-thread.ts'
import {
  estimateWaitingBytes,
  type DroppedSyslogInputCount,
  type SyslogListenerMessage,
  type SyslogListenerOptions,
  type MessageToSyslogListener,
} from './thread-messages.ts'

/**
 * Size of the receive buffer of the UDP socket in bytes. It must hold the lines that arrive when all sessions of a
 * router end. Linux may grant less (net.core.rmem_max).
 */
const RECEIVE_BUFFER_BYTES = 4 * 2 ** 20

/**
 * SAID_EVERY_MS: time between two reports of data that was dropped or refused, milliseconds. MAX_ADDRESSES: maximum
 * number of addresses in such a report.
 */
const SAID_EVERY_MS = 100
const MAX_ADDRESSES = 100

if (!parentPort) throw new Error('this file is a thread of the syslog station')
const parent = parentPort
const { host, port, allow, limits } = workerData as SyslogListenerOptions
const maySend = createAllowListTest(allow)
const connections = new Map<number, { socket: Socket; address: string }>()
/** Bytes of each sender that the other thread has received but not processed. */
const waiting = new Map<string, number>()
let allWaiting = 0
/** Numbers of datagrams and connections that were dropped or refused since the last report, by sender and reason. */
const notHandedOn = new Map<string, DroppedSyslogInputCount>()
let lastId = 0

const post = (message: SyslogListenerMessage | ListeningStartResult, transfer?: ArrayBuffer[]) =>
  parent.postMessage(message, transfer ?? [])
const waitingOf = (address: string) => waiting.get(address) ?? 0
const isFullFor = (address: string) => waitingOf(address) > limits.waitingBytes || allWaiting > limits.allWaitingBytes
const socketsOf = (address: string) =>
  [...connections.values()].filter((one) => one.address === address).map(({ socket }) => socket)

function handOn(
  address: string,
  bytes: Buffer,
  message: (copy: Uint8Array<ArrayBuffer>) => SyslogListenerMessage,
): void {
  const cost = estimateWaitingBytes(bytes.length)
  waiting.set(address, waitingOf(address) + cost)
  allWaiting += cost
  const copy = Uint8Array.from(bytes)
  post(message(copy), [copy.buffer])
}

function note(address: string, why: DroppedSyslogInputCount['why']): void {
  if (notHandedOn.size === 0) setTimeout(sayNotHandedOn, SAID_EVERY_MS).unref()
  // if there are too many senders, count the further senders together, under the address of the first of them
  const key = notHandedOn.size < MAX_ADDRESSES ? `${why} ${address}` : why
  const known = notHandedOn.get(key)
  if (known) known.count++
  else notHandedOn.set(key, { address, why, count: 1 })
}

function sayNotHandedOn(): void {
  if (notHandedOn.size > 0) post({ type: 'notHandedOn', counts: [...notHandedOn.values()] })
  notHandedOn.clear()
}

const udp = createSocket({ type: isIP(host) === 6 ? 'udp6' : 'udp4' })
udp.on('message', (bytes, sender) => {
  const at = getSteadyMs()
  const address = canonicalizeAddress(sender.address)
  if (address === null) return
  if (!maySend(address)) return note(address, 'not_listed')
  if (isFullFor(address)) return note(address, 'dropped')
  handOn(address, bytes, (copy) => ({ type: 'datagram', address, at, bytes: copy }))
})

const tcp = createServer((socket) => {
  socket.on('error', () => undefined)
  const address = canonicalizeAddress(socket.remoteAddress ?? '')
  if (address === null) return socket.destroy()
  const isFull = connections.size >= limits.connections || socketsOf(address).length >= limits.connectionsOfAddress
  if (!maySend(address) || isFull) {
    socket.destroy()
    return note(address, isFull && maySend(address) ? 'too_many' : 'not_listed')
  }
  const id = ++lastId
  connections.set(id, { socket, address })
  socket.setTimeout(limits.silentMs, () => socket.destroy())
  socket.on('data', (bytes: Buffer) => {
    const at = getSteadyMs()
    handOn(address, bytes, (copy) => ({ type: 'chunk', id, address, at, bytes: copy }))
    if (isFullFor(address)) socket.pause()
  })
  socket.on('close', () => {
    connections.delete(id)
    post({ type: 'closed', id, address, at: getSteadyMs() })
  })
})

parent.on('message', (message: MessageToSyslogListener | StationStop) => {
  if (message.type === 'done') {
    const left = waitingOf(message.address) - message.cost
    allWaiting -= message.cost
    if (left > 0) waiting.set(message.address, left)
    else waiting.delete(message.address)
    if (left <= limits.waitingBytes / 2) for (const socket of socketsOf(message.address)) socket.resume()
    return
  }
  for (const { socket } of connections.values()) socket.destroy()
  sayNotHandedOn()
  udp.close(() => tcp.close(() => parent.close()))
})

const fail = (error: NodeJS.ErrnoException) => {
  post({ type: 'failed', code: error.code ?? error.message })
  process.exit()
}
tcp.once('error', fail)
udp.once('error', fail)
tcp.listen(port, host, () => {
  const address = tcp.address()
  const bound = typeof address === 'object' && address ? address.port : port
  udp.bind(bound, host, () => {
    try {
      udp.setRecvBufferSize(RECEIVE_BUFFER_BYTES)
    } catch {
      // ignore the error, because the buffer is then smaller but still works
    }
    post({ type: 'listening', port: bound })
  })
})
