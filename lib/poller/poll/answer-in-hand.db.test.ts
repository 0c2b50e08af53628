import { afterEach, expect, it, vi } from 'vitest'
import type { AzureAccess } from '#lib/azure/index.ts'
import type { PollObservation, PollTarget } from '#lib/contract/index.ts'
import { getOrCreateSourceId } from '#lib/history/index.ts'
import { machineClock } from '#lib/platform/clock.ts'
import { claimDuePolls, addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { processLogger } from '#lib/platform/log.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { TopologyCache } from '../detection/topology-cache.ts'
import { PollCommits } from '../commit/poll-commits.ts'
import { RequestPace } from '../throttle/request-pace.ts'
import { SinglePollRun } from './poll-source.ts'
import { SourceCache } from './source-cache.ts'

const db = withTestDatabase()
afterEach(() => void vi.restoreAllMocks())

const NETWORK = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network'
const pathOf = (name: string) => ({
  resourceId: `${NETWORK}/expressRouteCircuits/${name}`,
  subresource: 'AzurePrivatePeering/primary',
})

const answer = (target: PollTarget, outcome: 'ok' | 'throttled' | 'locked') =>
  ({
    target,
    kind: 'summary',
    startedAt: Date.now() - 1_000,
    finishedAt: Date.now(),
    outcome,
    error:
      outcome === 'ok'
        ? null
        : {
            code: 'TooManyRequests',
            detail: 'refused',
            httpStatus: 429,
            retryAfterSeconds: 60,
            missingAction: null,
            ...(outcome === 'throttled' && { budget: 'network.writes' }),
          },
    silentInstances: [],
    budget: null,
    correlationId: 'x',
    rows:
      outcome === 'ok'
        ? [
            {
              neighbor: '10.0.0.1',
              asn: 65001,
              state: 'established',
              azureState: '3',
              downReason: null,
              prefixesReceived: 3,
              upDown: null,
            },
          ]
        : [],
  }) as PollObservation

// after the response, statements outside the commit's transaction fail at a time limit or for an unexpected reason
it.each([
  { outcome: 'ok', code: '57014' },
  { outcome: 'throttled', code: '57014' },
  { outcome: 'locked', code: 'XX000' },
] as const)(
  'an answer is recorded though nothing else can be read any more: $outcome, $code',
  async ({ outcome, code }) => {
    const target = pathOf(`ckt-${outcome}`)
    const sourceId = await getOrCreateSourceId(db.pool, target)
    await addMissingPollsToSchedule(db, [{ sourceId, kind: 'summary', everySeconds: 60 }])
    await db.pool.query(`UPDATE poll_schedule SET next_at = next_at - interval '1 s' WHERE source_id = $1`, [sourceId])
    const [lease] = (await claimDuePolls(db, { owner: 'test', leaseSeconds: 60, limit: 1 })).leases
    if (!lease) throw new Error('nothing is due')
    const book = new SourceCache(db, Date.now)
    const azure = {
      begin: async () => {
        const fails = async () => {
          throw Object.assign(new Error('it fails'), { code })
        }
        vi.spyOn(db.pool, 'query').mockImplementation(fails)
        // an inventory was recorded meanwhile
        book.configurationChanged('all')
        return { observation: answer(target, outcome) }
      },
      readsTogether: () => false,
    } as unknown as AzureAccess
    const context = {
      azure,
      db,
      clock: machineClock,
      log: processLogger,
      book,
      operations: { store: () => {} },
      commits: new PollCommits(db, processLogger),
      estate: new TopologyCache(),
      freezes: { frozenSince: () => 0 },
      pace: new RequestPace({ countsPosts: 'learn', identitiesOf: () => ['one'], now: () => performance.now() }),
    }
    const held = { lease, signal: AbortSignal.timeout(60_000), throwIfLost: () => {} }
    const progress = await new SinglePollRun(context, held).step()
    expect(progress).toMatchObject({ outcome: { observation: { outcome }, committed: { status: 'recorded' } } })
  },
)
