import { expect, it } from 'vitest'
import type { RouterNeighborReport } from '#lib/contract/index.ts'
import { readReportedSessions } from '#lib/history/index.ts'
import { isAnnouncedAsBefore } from '#lib/detection/index.ts'
import { testBgpPeer, routeAfterPolicy, createTestSessionUpReport } from '#lib/routers/store/testing/reports.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readAdvertisedChanges } from './announced-changes.ts'
import { addBmpConnection, recordRouterReports } from '../index.ts'

const db = withTestDatabase()
const MINUTE = 60_000
const BEGAN = Date.UTC(2030, 2, 4, 10)
const at = (minutes: number) => BEGAN + minutes * MINUTE
const PREFIX = '10.1.0.0/16'

const announce = (
  minutes: number,
  fields: Parameters<typeof routeAfterPolicy>[2] = {},
  prefix = PREFIX,
): RouterNeighborReport => ({
  ...routeAfterPolicy(at(minutes), prefix, fields),
  view: 'adjOutPost',
})
const withdraw = (minutes: number, prefix = PREFIX): RouterNeighborReport => ({
  ...routeAfterPolicy(at(minutes), prefix),
  view: 'adjOutPost',
  attributes: null,
})
const down = (minutes: number): RouterNeighborReport => ({
  type: 'sessionDown',
  peer: testBgpPeer,
  at: at(minutes),
  notBefore: null,
  neighborAsn: 12_076,
  reason: { by: 'remoteWithoutNotification' },
})

let routers = 0
/** Returns the changes in a router's advertised routes within a period of its session. */
async function announcedOf(
  reports: readonly RouterNeighborReport[],
  period: Parameters<typeof readAdvertisedChanges>[2],
) {
  const address = `10.20.0.${++routers}`
  const key = await addBmpConnection(db.pool, { address, name: '', software: null, at: BEGAN })
  await recordRouterReports(db, key, BEGAN, [createTestSessionUpReport(BEGAN), ...reports])
  const session = (await readReportedSessions(db.pool)).find(({ routerId }) => routerId === key.routerId)
  if (!session) throw new Error('no session is known')
  return readAdvertisedChanges(db.pool, session.id, period)
}

async function changesOf(reports: readonly RouterNeighborReport[], from = 10, to = 60) {
  const { changes, isPartial } = await announcedOf(reports, { from: at(from), to: at(to) })
  expect(isPartial).toBe(false)
  return changes.map(({ prefix, before, after, between }) => [
    prefix,
    ...(isAnnouncedAsBefore({ before, after })
      ? ['back']
      : [before && [before.asPath, before.med], after && [after.asPath, after.med]]),
    (between.latest - BEGAN) / MINUTE,
  ])
}

const same = [[12_076, 65_515], null]
it.each<[string, RouterNeighborReport[], unknown[], number?]>([
  ['is withdrawn', [announce(1), withdraw(11)], [[PREFIX, same, null, 11]]],
  ['is new', [announce(11)], [[PREFIX, null, same, 11]]],
  ['is prepended', [announce(1), announce(11, { asPath: [1, 1, 1] })], [[PREFIX, same, [[1, 1, 1], null], 11]]],
  [
    'has another MED, and had two',
    [announce(1), announce(11, { med: 5 }), announce(12, { med: 7 })],
    [[PREFIX, same, [same[0], 7], 12]],
  ],
  ['has another next hop alone', [announce(1), announce(11, { nextHop: '192.0.2.77' })], [[PREFIX, 'back', 11]]],
  ['came and went', [announce(11), withdraw(12)], [[PREFIX, 'back', 12]]],
  ['went and came', [announce(1), withdraw(11), announce(12)], [[PREFIX, 'back', 12]]],
  ['changed before', [announce(1), withdraw(2)], []],
  ['went with its session, which is down', [announce(1), down(11)], []],
  ['went with its session, which is up again', [announce(1), down(11), createTestSessionUpReport(at(12))], []],
  [
    'is sent again, otherwise, as its session comes up',
    [announce(1), down(11), createTestSessionUpReport(at(12)), announce(12.5, { med: 5 })],
    [],
  ],
  [
    'is withdrawn after its session came up again',
    [announce(1), down(11), createTestSessionUpReport(at(12)), announce(12.5), withdraw(14)],
    [[PREFIX, same, null, 14]],
    13,
  ],
  ['is of another table', [{ ...announce(11), view: 'adjOutPre' } as RouterNeighborReport], []],
])('a prefix that %s', async (_, reports, found, from) => {
  expect(await changesOf(reports, from)).toEqual(found)
})

it('one odd prefix among others', async () => {
  const others = Array.from({ length: 20 }, (_, n) => announce(1, {}, `10.2.${n}.0/24`))
  expect(await changesOf([...others, announce(11, { asPath: null }), withdraw(11, '10.2.7.0/24')])).toEqual([
    [PREFIX, null, [null, null], 11],
    ['10.2.7.0/24', same, null, 11],
  ])
})

it('is what was known by a moment, whatever came after it', async () => {
  const reports = [announce(1), withdraw(11), announce(20)]
  expect(await changesOf(reports, 10)).toEqual([[PREFIX, 'back', 20]])
  expect(await changesOf(reports, 10, 15)).toEqual([[PREFIX, same, null, 11]])
})

it('reports that more routes changed than it reads', async () => {
  const reports = ['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'].map((prefix) => announce(11, {}, prefix))
  const prefixesBy = async (limit: number) => {
    const { changes, isPartial } = await announcedOf(reports, { from: at(10), to: at(60), limit })
    return [changes.map(({ prefix }) => prefix), isPartial]
  }
  expect(await prefixesBy(3)).toEqual([['10.1.0.0/16', '10.2.0.0/16', '10.3.0.0/16'], false])
  expect(await prefixesBy(2)).toEqual([['10.1.0.0/16', '10.2.0.0/16'], true])
})
