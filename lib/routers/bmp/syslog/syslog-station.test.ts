import { spawnSync } from 'node:child_process'
import { createSocket } from 'node:dgram'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { getDatabaseNow } from '#lib/platform/database-clock.ts'
import { shiftDatabaseTime } from '#lib/platform/testing/database-time.ts'
import { ListenError } from '../station/listening-thread.ts'
import { parseSyslogMessage } from './syslog-message.ts'
import { type ArrivedLine, startSyslogStation, type SyslogReceiver, type SyslogStation } from './syslog-station.ts'

const stations: SyslogStation[] = []
afterEach(async () => {
  for (const station of stations.splice(0)) await station.stop()
})

class Collecting implements SyslogReceiver {
  readonly received: ArrivedLine[] = []
  readonly notes: string[] = []
  private held: Promise<void> = Promise.resolve()

  hold(): () => void {
    const { promise, resolve } = Promise.withResolvers<void>()
    this.held = promise
    return resolve
  }

  async lines(_: string, lines: readonly ArrivedLine[]): Promise<void> {
    await this.held
    this.received.push(...lines)
  }

  skipped = (address: string, why: string, count: number) => void this.notes.push(`${address} ${why} ${count}`)
  refused = (address: string, why: string, count: number) => void this.notes.push(`${address} ${why} ${count}`)
  get texts(): string[] {
    return this.received.map(({ text }) => text)
  }
}

async function listen(receiver: SyslogReceiver, options: object = {}): Promise<SyslogStation> {
  const station = await startSyslogStation({ host: '127.0.0.1', port: 0, allow: [], ...options }, receiver)
  stations.push(station)
  return station
}

async function sendDatagrams(port: number, ...texts: string[]): Promise<void> {
  const socket = createSocket('udp4')
  for (const text of texts) await new Promise<void>((sent) => socket.send(text, port, '127.0.0.1', () => sent()))
  socket.close()
}

const sendStream = (port: number, text: string): Promise<void> =>
  new Promise((resolve, reject) => {
    const socket = connect({ host: '127.0.0.1', port })
    socket.once('error', reject)
    socket.once('close', () => resolve())
    socket.resume()
    socket.end(text)
  })

const hasLogger = spawnSync('logger', ['--version']).status === 0

it('lines are dated by the database’s clock, and not by that of the thread that reads them', async () => {
  const together = await shiftDatabaseTime(7_200_000)
  try {
    const receiver = new Collecting()
    const { port } = await listen(receiver)
    const from = getDatabaseNow()
    await sendDatagrams(port, 'one')
    await sendStream(port, 'two\n')
    await expect.poll(() => receiver.received.length).toBe(2)
    const to = getDatabaseNow()
    for (const { at } of receiver.received) {
      expect(at).toBeGreaterThanOrEqual(from)
      expect(at).toBeLessThanOrEqual(to)
    }
  } finally {
    await together()
  }
})

describe('the syslog station', () => {
  it('hands on lines by UDP and TCP with the time of their arrival', async () => {
    const receiver = new Collecting()
    const { port } = await listen(receiver)
    const before = Date.now()
    await sendDatagrams(port, '<30>a\n', '<30>b')
    await sendStream(port, '<30>c\n5 <30>d<30>e')
    await expect.poll(() => receiver.texts.toSorted()).toEqual(['<30>a', '<30>b', '<30>c', '<30>d', '<30>e'])
    for (const { at } of receiver.received) expect(at >= before && at <= Date.now()).toBe(true)
  })

  it.skipIf(!hasLogger).each([
    ['--rfc3164', '--udp'],
    ['--rfc5424', '--udp'],
    ['--rfc3164', '--tcp'],
    ['--rfc5424', '--tcp', '--octet-count'],
  ])("reads what Debian's logger sends by %s %s", async (...options) => {
    const receiver = new Collecting()
    const { port } = await listen(receiver)
    const text = '%ADJCHANGE: neighbor 192.0.2.98(Unknown) in vrf default Up'
    const sent = spawnSync('logger', ['--server', '127.0.0.1', '--port', String(port), '-t', 'bgpd', ...options, text])
    expect(sent.status).toBe(0)
    await expect.poll(() => receiver.received.length).toBe(1)
    const [line] = receiver.received
    const read = line && parseSyslogMessage(line.text, line.at)
    expect(read?.text).toContain(text)
    expect(read?.stated).not.toBeNull()
  })

  it('skips what is too long, and counts it', async () => {
    const receiver = new Collecting()
    const { port } = await listen(receiver)
    const long = `<30>${'x'.repeat(9_000)}`
    await sendDatagrams(port, long)
    await sendStream(port, `${long}\n<30>a\n`)
    await expect.poll(() => receiver.texts).toEqual(['<30>a'])
    expect(receiver.notes).toEqual(['127.0.0.1 oversized 1', '127.0.0.1 oversized 1'])
  })

  it('refuses who is not listed', async () => {
    const receiver = new Collecting()
    const { port } = await listen(receiver, { allow: [{ address: '192.0.2.0', length: 24 }] })
    await sendDatagrams(port, '<30>a')
    await sendStream(port, '<30>b\n').catch(() => undefined)
    const count = () => receiver.notes.reduce((sum, note) => sum + Number(note.split(' ').at(-1)), 0)
    await expect.poll(count).toBe(2)
    expect(receiver.notes.every((note) => note.startsWith('127.0.0.1 not_listed'))).toBe(true)
    expect(receiver.received).toEqual([])
  })

  it.each([{ waitingBytes: 4_000 }, { allWaitingBytes: 4_000 }])(
    'keeps so much and no more: datagrams are dropped, streams wait: %o',
    async (limits) => {
      const receiver = new Collecting()
      const { port } = await listen(receiver, { limits })
      const letGo = receiver.hold()
      const many = Array.from({ length: 8_000 }, (_, n) => `<30>${n} ${'x'.repeat(80)}\n`)
      let isRead = false
      const written = sendStream(port, many.join('')).then(() => (isRead = true))
      await expect.poll(() => receiver.notes.length === 0).toBe(true)
      await new Promise((resolve) => setTimeout(resolve, 200))
      await sendDatagrams(port, '<30>lost')
      await expect.poll(() => receiver.notes).toEqual(['127.0.0.1 dropped 1'])
      expect(isRead).toBe(false)
      letGo()
      await written
      await expect.poll(() => receiver.received.length, { timeout: 10_000 }).toBe(8_000)
    },
  )

  it.each([{ waitingBytes: 4_000 }, { allWaitingBytes: 4_000 }])(
    'keeps as few empty datagrams, and says of those that it drops how many they are: %o',
    async (limits) => {
      const receiver = new Collecting()
      const { port } = await listen(receiver, { limits })
      const letGo = receiver.hold()
      await sendDatagrams(port, ...Array.from({ length: 100 }, () => '<1>'))
      const dropped = () => receiver.notes.reduce((sum, note) => sum + Number(note.split(' ').at(-1)), 0)
      await expect.poll(dropped).toBeGreaterThan(80)
      expect(receiver.notes.length).toBeLessThan(20)
      letGo()
      await expect.poll(() => receiver.received.length + dropped()).toBe(100)
    },
  )

  it('hands on what had arrived when it is stopped, and says why it can’t listen', async () => {
    const receiver = new Collecting()
    const { port } = await listen(receiver)
    const second = startSyslogStation({ host: '127.0.0.1', port, allow: [] }, receiver)
    await expect(second).rejects.toThrow(ListenError)
    const letGo = receiver.hold()
    await sendDatagrams(port, '<30>a', '<30>b')
    await new Promise((resolve) => setTimeout(resolve, 100))
    const stopped = stations.pop()?.stop()
    letGo()
    await stopped
    expect(receiver.texts).toEqual(['<30>a', '<30>b'])
  })
})
