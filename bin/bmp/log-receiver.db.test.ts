import { afterEach, beforeEach, expect, it } from 'vitest'
import { listRouters, reportedSessions } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { componentLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { LogReceiver } from './log-receiver.ts'

const db = withTestDatabase()
const receivers: LogReceiver[] = []
beforeEach(() => db.pool.query('TRUNCATE router CASCADE'))
afterEach(async () => {
  for (const receiver of receivers.splice(0)) await receiver.stop()
})

function receiverOn(database: Database): LogReceiver {
  const receiver = new LogReceiver(database, componentLogger('syslog'))
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
  const routers = await listRouters(db.pool)
  expect(routers.map(({ name }) => name).toSorted()).toEqual(['ce1', 'ce2'])
  const said = (await reportedSessions(db.pool)).map(({ routerId, neighbor, state }) => {
    const router = routers.find(({ id }) => id === routerId)
    return `${router?.name} ${neighbor} ${state}`
  })
  expect(said.toSorted()).toEqual(['ce1 192.0.2.102 up', 'ce1 192.0.2.98 up', 'ce2 192.0.2.98 down'])
  await receiver.stop()
  expect((await listRouters(db.pool)).map(({ connection }) => connection?.ended)).toEqual(['stopped', 'stopped'])
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
