import { expect, it } from 'vitest'
import { allApiEndpoints } from '#lib/api/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { listRoutes } from './routes.ts'
import {
  createCircuitRow,
  createConnectionRow,
  createGatewayRow,
  gatewayId,
  learnedRoute,
  createTestPollRecorder,
  recordPoll,
} from '#lib/questions/testing/record-feed.ts'
import { InvalidRequestError } from '#lib/questions/index.ts'

const db = withTestDatabase()
const AT = Date.UTC(2026, 10, 20, 3)

it('advertised routes name the neighbor that they go to, and are found by it', async () => {
  const feed = createTestPollRecorder(db)
  await feed.inventory(AT, [createCircuitRow('ckt'), createGatewayRow('gw'), createConnectionRow('cx', 'gw', 'ckt', 0)])
  await feed.learned(AT, 'gw', [learnedRoute('10.1.0.0/16')])
  const advertised = (subresource: string, ...prefixes: string[]) => {
    const rows = prefixes.map((prefix) => learnedRoute(prefix))
    return recordPoll(db, { kind: 'advertised', resourceId: gatewayId('gw'), subresource, at: AT, rows })
  }
  await advertised('10.0.4.4', '10.0.0.0/16', '10.100.0.0/16')
  await advertised('10.0.4.5', '10.0.0.0/16')
  const routes = async (more: object) => {
    const answer = await listRoutes(db, { limit: 2, ...more }, AT + 10_000)
    return allApiEndpoints.routes.response.parse(answer)
  }
  const sentTo = ({ data }: Awaited<ReturnType<typeof routes>>) =>
    data.map(({ prefix, neighbor }) => [prefix, neighbor])
  expect(sentTo(await routes({ table: 'advertised', neighbor: '10.0.4.5' }))).toEqual([['10.0.0.0/16', '10.0.4.5']])
  expect(sentTo(await routes({ table: 'advertised', neighbor: '10.0.4.6' }))).toEqual([])
  const first = await routes({ table: 'advertised' })
  const second = await routes({ table: 'advertised', cursor: first.nextCursor })
  expect([...sentTo(first), ...sentTo(second)].toSorted()).toEqual([
    ['10.0.0.0/16', '10.0.4.4'],
    ['10.0.0.0/16', '10.0.4.5'],
    ['10.100.0.0/16', '10.0.4.4'],
  ])
  const past = await routes({ table: 'advertised', neighbor: '10.0.4.5', at: AT + 5_000 })
  expect(sentTo(past)).toEqual([['10.0.0.0/16', '10.0.4.5']])
  expect(sentTo(await routes({}))).toEqual([['10.1.0.0/16', null]])
  await expect(routes({ neighbor: '10.0.4.5' })).rejects.toThrow(InvalidRequestError)
})
