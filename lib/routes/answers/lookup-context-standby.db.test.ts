import { beforeAll, expect, it } from 'vitest'
import { MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import {
  computeEventId,
  computeShortId,
  getOrCreateSourceId,
  upsertEvents,
  upsertIncidents,
} from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import {
  createCircuitRow,
  circuitId,
  createConnectionRow,
  createGatewayRow,
  createTestPollRecorder,
  learnedRoute,
  pathRoute,
} from '#lib/questions/testing/record-feed.ts'
import { lookUpRoutesToAddress } from './route-lookup.ts'

const db = withTestDatabase()
const minute = (n: number) => Date.UTC(2026, 10, 20, 3) + n * MS_PER_MINUTE
const AMS = circuitId('ckt-ams')
const ams = computeShortId(AMS)
/** Minute in which the primary path of ckt-ams was lost, of which the routes are not in use. */
const LOST = 5

beforeAll(async () => {
  const feed = createTestPollRecorder(db)
  const rows = [
    createCircuitRow('ckt-lon'),
    createCircuitRow('ckt-ams'),
    createGatewayRow('ergw', 'ExpressRoute', 'hub'),
    createConnectionRow('lon', 'ergw', 'ckt-lon', 0),
    createConnectionRow('ams', 'ergw', 'ckt-ams', 0),
  ]
  for (let n = -9; n <= 10; n++) {
    const at = minute(n)
    await feed.inventory(at, rows)
    for (const path of ['primary', 'secondary'] as const) {
      await feed.tables(at, 'ckt-lon', path, [pathRoute('10.1.0.0/16'), pathRoute('10.7.0.0/16')])
      const isLost = path === 'primary' && n >= LOST
      const asPath = [65001, 65001, 65001]
      await feed.tables(
        at,
        'ckt-ams',
        path,
        isLost ? [] : [pathRoute('10.1.0.0/16', { asPath }), pathRoute('10.8.0.0/16')],
      )
    }
    const far = [12076, 65001, 65001, 65001]
    await feed.learned(at, 'ergw', [
      ...['10.0.4.4', '10.0.4.5'].flatMap((peer) => [
        learnedRoute('10.1.0.0/16', { peer }),
        learnedRoute('10.7.0.0/16', { peer }),
      ]),
      ...(n < LOST ? ['10.0.4.6', '10.0.4.7'] : ['10.0.4.7']).flatMap((peer) => [
        learnedRoute('10.1.0.0/16', { peer, asPath: far }),
        learnedRoute('10.8.0.0/16', { peer }),
      ]),
    ])
  }
  await feed.schedule({ resourceId: rows[2]?.resourceId ?? '', kind: 'learned' })
  const started = { earliest: minute(LOST - 1), latest: minute(LOST) }
  const ended = { earliest: minute(8), latest: minute(9) }
  await upsertEvents(db.pool, await getOrCreateSourceId(db.pool, { resourceId: AMS, subresource: '' }), [
    {
      key: 'root',
      kind: 'path_down',
      severity: 'major',
      scope: ams,
      subject: 'AzurePrivatePeering/primary',
      started,
      ended,
      duration: null,
      detectedAt: minute(LOST),
      evidence: [],
      causes: [],
      flags: [],
    },
  ])
  const lifecycle = { formerRoots: [], explainedBy: [], openedAt: minute(LOST), closedAt: null, members: [] }
  await upsertIncidents(db.pool, [
    { key: 'i', scope: ams, root: 'root', severity: 'major', started, ended, ...lifecycle },
  ])
  await db.pool.query('UPDATE event SET incident_id = $2 WHERE id = $1', [computeEventId('root'), computeEventId('i')])
})

it.each([
  ['before the loss', 3, []],
  ['during the outage', 7, [{ id: computeEventId('i'), kind: 'path_down', scope: ams, endedBetween: null }]],
  ['after the outage', 10, []],
])('a circuit whose routes are not in use has the incidents that are ongoing: %s', async (_, n, incidents) => {
  const { data } = await lookUpRoutesToAddress(db, { ip: '10.1.2.3', at: minute(n) }, minute(10) + 30_000)
  const { around } = data
  expect(around?.standby?.incidents).toMatchObject(incidents)
  expect(around?.standby?.incidents).toHaveLength(incidents.length)
  // the path of the address does not include them
  expect(around?.incidents).toEqual([])
  expect(around?.resources.map(({ scopeName }) => scopeName)).not.toContain('ckt-ams')
  expect(new Set(around?.standby?.paths.map(({ circuitName }) => circuitName))).toEqual(new Set(['ckt-ams']))
  const of = (address: string) => around?.neighbors?.find((one) => one.address === address)
  // the routes of the lost path are withdrawn, but they were there at the start of the time
  expect(of('10.0.4.6')?.circuitId).toBe(ams)
  expect(of('10.0.4.4')?.circuitId).toBe(computeShortId(circuitId('ckt-lon')))
})
