import { setTimeout as delay } from 'node:timers/promises'
import { expect, it, vi } from 'vitest'
import { BmpDecoder } from '#lib/routers/bmp/codec/decoder.ts'
import { bytesOfHex } from '#lib/routers/bmp/codec/testing/hex.ts'
import { frrBmpMessageBytes } from '#lib/routers/bmp/codec/testing/router-bytes.ts'
import { createTestPollSource, peerRow } from '#lib/history/testing/feed.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { CHANGES_NOTIFY_CHANNEL } from '#lib/platform/notifications/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { BmpRecordingReceiver } from './recording-receiver.ts'

const db = withTestDatabase()

it('has Azure asked once about what a router announces otherwise, and not about a table that it sends again', async () => {
  // the router's own end is 192.0.2.97 in AS 65010
  const gateway = await createTestPollSource(db, { type: 'virtualNetworkGateways' })
  const rows = [peerRow({ localAddress: '192.0.2.98', neighbor: '192.0.2.97', asn: 65_010 })]
  const polledAt = Date.now() - 300_000
  await gateway.record('peers', { startedAt: polledAt, finishedAt: polledAt + 1_000, rows })
  const sent = (message: string) => message.replace(/^(03.{8}0000).{2}/u, '$150')
  const announced = sent(frrBmpMessageBytes.announcement)
  const withdrawn = sent(frrBmpMessageBytes.withdrawal).replace('100a0b0000', '100a0a0000')
  const at = Date.now() - 200_000
  const receiver = new BmpRecordingReceiver(db, createComponentLogger('bmp'))
  const connection = {
    id: 1,
    protocol: 'bmp' as const,
    address: '10.20.0.12',
    port: 40_001,
    openedAt: at,
    end: () => undefined,
  }
  const decoder = new BmpDecoder()
  const send = async (now: number, ...messages: string[]) => {
    const read = messages.flatMap((hex) => [...decoder.push(bytesOfHex(hex))])
    await receiver.messages(
      connection,
      read.map((message) => ({ at: now, message })),
    )
    await receiver.settled()
  }
  await send(at, frrBmpMessageBytes.initiation, frrBmpMessageBytes.peerUp, announced)
  const said: string[] = []
  const client = await db.pool.connect()
  client.on('notification', ({ payload = '' }) => said.push(payload))
  await client.query(`LISTEN ${CHANGES_NOTIFY_CHANNEL}`)
  const topics = async () => {
    await client.query('SELECT')
    return said.map((one) => JSON.parse(one).topics)
  }
  await send(at + 50_000, announced)
  await delay(2_000)
  expect(await topics()).toEqual([])
  // the change is reverted within a second
  await send(at + 100_000, withdrawn, announced)
  await delay(2_000)
  expect(await topics()).toEqual([])
  await send(at + 101_000, withdrawn)
  await send(at + 101_500, withdrawn)
  await vi.waitFor(async () => expect(await topics()).toEqual([expect.not.arrayContaining(['sessions'])]), 30_000)
  receiver.stop()
  await client.query('UNLISTEN *')
  client.release()
})
