import { expect, it, vi } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { readRouterSideSessions } from '../join/router-side-sessions.ts'
import { addBmpConnection, recordRouterReports } from '../store/index.ts'
import { testBgpPeer, routeAfterPolicy, createTestSessionUpReport } from '../store/testing/reports.ts'
import { handleRouterAnnouncement, handleRouterChange } from './handle-router-change.ts'

const db = withTestDatabase()
const BEGAN = Date.UTC(2030, 2, 4, 10)
const at = (minutes: number) => BEGAN + minutes * 60_000

/** Returns how often the work read the routers, which happens once for each join. */
async function joinsDuring(work: () => Promise<unknown>): Promise<number> {
  const query = vi.spyOn(db.pool, 'query')
  await work()
  const joins = query.mock.calls.filter(([text]) => String(text).includes('FROM router r'))
  query.mockRestore()
  return joins.length
}

it('joins sessions once for a report and a fold, and for announcements only if one differs', async () => {
  const key = await addBmpConnection(db.pool, { address: '10.20.0.1', name: 'ce', software: null, at: BEGAN })
  const announce = (minutes: number, med: number | null) =>
    recordRouterReports(db, key, BEGAN, [
      { ...routeAfterPolicy(at(minutes), '10.1.0.0/16', { med }), view: 'adjOutPost' },
    ])
  await recordRouterReports(db, key, BEGAN, [createTestSessionUpReport(BEGAN)])
  await announce(1, null)
  const announced = { neighbors: [testBgpPeer.neighbor], since: at(10), at: at(20) }

  await announce(11, null)
  expect(await joinsDuring(() => handleRouterAnnouncement(db.pool, key.routerId, announced))).toBe(0)
  await announce(12, 5)
  expect(await joinsDuring(() => handleRouterAnnouncement(db.pool, key.routerId, announced))).toBe(1)
  expect(await joinsDuring(() => handleRouterChange(db.pool, key.routerId, at(20), [testBgpPeer.neighbor]))).toBe(1)
  const query = { scopes: ['ckt'], since: at(10), at: at(20) }
  expect(await joinsDuring(() => readRouterSideSessions(db.pool, query))).toBe(1)
})
