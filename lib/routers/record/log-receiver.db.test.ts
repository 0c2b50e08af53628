import { afterEach, beforeEach, expect, it } from 'vitest'
import { readReportingRouters, readReportedSessions } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { createComponentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { RouterLogReceiver } from './log-receiver.ts'

const db = withTestDatabase()
const receivers: RouterLogReceiver[] = []
beforeEach(() => db.pool.query('TRUNCATE router CASCADE'))
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop()
})

function receiverOn(database: Database, mostSenders?: number): RouterLogReceiver {
  const receiver = new RouterLogReceiver(database, createComponentLogger('syslog'), mostSenders)
  receivers.push(receiver)
  return receiver
}

const line = (host: string, text: string) => ({
  at: Date.now(),
  text: `<30>1 ${new Date(Date.now() - 1_000).toISOString()} ${host} bgpd 1 - - %ADJCHANGE: neighbor ${text}`,
})

it('knows the routers of one relay by their names', async () => {
  const receiver = receiverOn(db)
  await receiver.lines('10.20.0.9', [
    line('ce1', '192.0.2.98(Unknown) in vrf default Up'),
    line('ce2', '192.0.2.98(Unknown) in vrf default Down Interface down'),
    line('ce1', '192.0.2.102(Unknown) in vrf default Up'),
  ])
  const routers = await readReportingRouters(db.pool)
  expect(routers.map(({ name }) => name).toSorted()).toEqual(['ce1', 'ce2'])
  const said = (await readReportedSessions(db.pool)).map(({ routerId, neighbor, state }) => {
    const router = routers.find(({ id }) => id === routerId)
    return `${router?.name} ${neighbor} ${state}`
  })
  expect(said.toSorted()).toEqual(['ce1 192.0.2.102 up', 'ce1 192.0.2.98 up', 'ce2 192.0.2.98 down'])
  await receiver.stop()
  expect((await readReportingRouters(db.pool)).map(({ connection }) => connection?.ended)).toEqual([
    'stopped',
    'stopped',
  ])
})

const ended = async () =>
  (await readReportingRouters(db.pool)).map(({ name, connection }) => `${name} ${connection.ended ?? 'goes on'}`)

it('lets the logs of a relay go on when it begins to report by BMP itself', async () => {
  const receiver = receiverOn(db)
  const neighbors = { ce1: '192.0.2.98', ce2: '192.0.2.102', relay: '192.0.2.106' }
  await receiver.lines(
    '10.20.0.9',
    Object.entries(neighbors).map(([name, neighbor]) => line(name, `${neighbor}(Unknown) in vrf default Up`)),
  )
  await receiver.reportsByBmp('10.20.0.9', 'relay')
  expect(await ended()).toEqual(['ce1 goes on', 'ce2 goes on', 'relay closed'])
})

it('forgets the sender that has been silent for longest', async () => {
  const receiver = receiverOn(db, 2)
  const speak = (n: number) => receiver.lines(`10.20.0.${n}`, [line(`ce${n}`, '192.0.2.98(Unknown) in vrf default Up')])
  for (const n of [1, 2, 1, 3]) await speak(n)
  await expect.poll(ended).toEqual(['ce1 goes on', 'ce2 closed', 'ce3 goes on'])
})

it('gives up what waits for a database that is away', async () => {
  const away = () => Promise.reject(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))
  const receiver = receiverOn({ url: '', pool: { query: away }, transaction: away } as unknown as Database)
  const waiting = receiver.lines('10.20.0.9', [line('ce1', '192.0.2.98(Unknown) in vrf default Up')])
  waiting.catch(() => undefined)
  expect(
    await Promise.race([waiting.then(() => 'recorded'), new Promise((resolve) => setTimeout(resolve, 50, 'waits'))]),
  ).toBe('waits')
  receiver.giveUp()
  await expect(waiting).rejects.toThrow()
})

it('takes lines of known routers only where the address has 250 of them', async () => {
  await db.pool.query(
    `WITH r AS (INSERT INTO router (address, name, first_seen) SELECT '10.20.0.9', 'ce' || n, now() FROM generate_series(1, 250) n RETURNING id)
     INSERT INTO router_connection (router_id, from_at, to_at, ended, protocol) SELECT id, now(), now(), 'closed', 'syslog' FROM r`,
  )
  const receiver = receiverOn(db)
  const up = '192.0.2.98(Unknown) in vrf default Up'
  await receiver.lines('10.20.0.9', [line('ce251', up), line('ce7', up)])
  const routers = await readReportingRouters(db.pool)
  expect(routers).toHaveLength(250)
  const [session] = await readReportedSessions(db.pool)
  expect(routers.find(({ id }) => id === session?.routerId)?.name).toBe('ce7')
})
