import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { type TestOtlpCollector, startCollector } from '#lib/platform/telemetry/testing/collector.ts'
import { convertOtlpAttributes } from '#lib/platform/telemetry/testing/decode-otlp.ts'
import { SHOULD_RUN_LONG_TESTS } from '#lib/platform/testing/long.ts'
import { createRandomGenerator } from '#lib/platform/testing/random.ts'
import { waitUntilTrue, startWorkerProcess, type WorkerProcess } from './testing/lab.ts'
import { SLOW_GATEWAY_ARM_ID, type SlowArm, startSlowArm } from './testing/slow-arm.ts'

const db = withTestDatabase()
let arm: SlowArm
const workers: WorkerProcess[] = []

async function end(): Promise<void> {
  for (const worker of workers.splice(0)) await worker.kill()
  await arm.close()
  await db.pool.query('TRUNCATE poll_schedule, resource_lease, source CASCADE')
}

const begin = (intervals: Record<string, string>) => {
  const worker = startWorkerProcess(arm.server, db.url, { ...arm.server.environment, ...intervals })
  workers.push(worker)
  return worker
}

/** Returns the gateway's operation for which a worker waits, and the owner of its lease. */
async function stored(): Promise<{ kind: string; url: string; owner: string | null } | null> {
  const { rows } = await db.pool.query(
    `SELECT r.kind, r.operation ->> 'url' AS url, s.lease_owner AS owner
     FROM resource_lease r JOIN poll_schedule s ON s.source_id = r.source_id AND s.kind = r.kind
     WHERE r.resource = lower($1) AND r.operation IS NOT NULL`,
    [SLOW_GATEWAY_ARM_ID],
  )
  return rows[0] ?? null
}

const peersOf = async () => {
  const { rows } = await db.pool.query<{ outcome: string; started: Date; finished: Date; polls: number }>(
    `SELECT last_outcome AS outcome, last_started_at AS started, last_finished_at AS finished, polls::int
     FROM poll_state WHERE kind = 'peers'`,
  )
  return rows[0] ?? null
}

const posts = (action: string) => arm.operations.filter((operation) => operation.action === action)

/**
 * Returns the telemetry that is still missing: a complete trace of an operation, a log line of an operation, and
 * metrics of the estate and of each worker.
 */
function notExported(collector: TestOtlpCollector): string[] {
  const spans = collector
    .of('traces')
    .map(({ item }) => ({ ...item, attributes: convertOtlpAttributes(item.attributes) }))
  const isWhole = ({ traceId, spanId, attributes }: (typeof spans)[number]) => {
    const below = spans.filter((span) => span.traceId === traceId && span.parentSpanId === spanId)
    const parts = ['POST', 'wait for operation', 'GET', 'record'].every((part) =>
      below.some(({ name }) => name === part),
    )
    return parts && attributes['peerwatch.poll.outcome'] === 'ok'
  }
  const peers = spans.filter(
    ({ name, attributes }) => name === 'poll peers' && attributes['cloud.resource_id'] === SLOW_GATEWAY_ARM_ID,
  )
  const roots = new Set(spans.filter(({ name }) => name.startsWith('poll ')).map(({ traceId }) => traceId))
  const instances = new Set(collector.of('metrics').map(({ resource }) => resource['service.instance.id']))
  const found = {
    trace: peers.some(isWhole),
    request: spans.some(({ attributes }) => attributes['server.address'] === '127.0.0.1'),
    detect: spans.some(({ name }) => name === 'detect'),
    line: collector.of('logs').some(({ item }) => item.body.stringValue === 'polled' && roots.has(item.traceId)),
    estate: collector.of('metrics').some(({ item }) => item.name === 'peerwatch_gateway_info'),
    instances: instances.has('estate') && instances.size === 3,
  }
  return Object.entries(found).flatMap(([name, is]) => (is ? [] : [name]))
}

describe('diagnostic operations of several workers', () => {
  /** Whether an operation that reads sessions continues until the test ends it. */
  let waits = false
  let collector: TestOtlpCollector

  beforeAll(async () => {
    const random = createRandomGenerator(20_260_205)
    arm = await startSlowArm((action) =>
      waits && action === 'getBgpPeerStatus' ? Number.POSITIVE_INFINITY : 1_200 * random() ** 3,
    )
    collector = await startCollector()
    const every = {
      POLL_SESSIONS_EVERY: '200ms',
      POLL_CIRCUITS_EVERY: '400ms',
      POLL_ROUTES_EVERY: '700ms',
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
      OTEL_METRIC_EXPORT_INTERVAL: '500',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    }
    begin(every)
    begin(every)
  })

  afterAll(async () => {
    await end()
    await collector.close()
  })

  it('never meet on a resource, whatever they take', { timeout: 240_000 }, async () => {
    await waitUntilTrue('both workers take part', () => workers.every((worker) => worker.polls().length > 5), 180_000)
    const wanted = ['getBgpPeerStatus', 'getLearnedRoutes', 'routeTablesSummary', 'arpTables', 'routeTables']
    await waitUntilTrue('operations of every kind', () => wanted.every((action) => posts(action).length > 1), 180_000)
    await waitUntilTrue('many operations', () => arm.operations.length > 30, 180_000)
    expect(arm.overlaps()).toEqual([])
    const until = Date.now() + 30_000
    while (notExported(collector).length > 0 && Date.now() < until) await delay(500)
    expect(notExported(collector)).toEqual([])
  })

  it('one whose worker is killed is gone on with by another', { timeout: 240_000 }, async () => {
    waits = true
    const { operation, victim } = await waitUntilTrue(
      'an operation that is waited for',
      async () => {
        const waitedFor = await stored()
        const operation = arm.operations[Number(/slow-(\d+)$/.exec(waitedFor?.url ?? '')?.[1])]
        const victim = workers.find(({ child }) => waitedFor?.owner?.includes(`/${child.pid}/`))
        return waitedFor?.kind === 'peers' && operation?.endedAt === null && victim && { operation, victim }
      },
      120_000,
    )
    await victim.kill()
    const killedAt = Date.now()
    const { checks } = operation
    await waitUntilTrue('another worker checks it', () => operation.checks > checks, 120_000)
    // the next operation keeps running, so that this poll remains the last recorded one
    operation.endedAt = Date.now()
    const recorded = await waitUntilTrue(
      'it is recorded',
      async () => {
        const peers = await peersOf()
        return peers && peers.finished.getTime() > killedAt && peers
      },
      120_000,
    )
    expect(recorded.outcome).toBe('ok')
    // the start is measured by the first worker's clock, which may run on another core
    expect(recorded.started.getTime()).toBeLessThan(operation.beganAt + 1_000)
    expect(arm.overlaps()).toEqual([])
    const finished = recorded.finished.getTime()
    const same = ({ beganAt }: { beganAt: number }) => beganAt >= operation.beganAt && beganAt <= finished
    expect(posts('getBgpPeerStatus').filter(same)).toHaveLength(1)
  })
})

describe.runIf(SHOULD_RUN_LONG_TESTS)('a diagnostic operation', () => {
  afterEach(end)

  it('whose worker is asked to stop is left to another', { timeout: 240_000 }, async () => {
    arm = await startSlowArm((action) => (action === 'getBgpPeerStatus' ? Number.POSITIVE_INFINITY : 10))
    const every = { POLL_SESSIONS_EVERY: '5s', POLL_ROUTES_EVERY: '10m' }
    const first = begin(every)
    await waitUntilTrue('an operation that is waited for', async () => (await stored())?.kind === 'peers', 120_000)
    expect(await first.stop()).toBe(0)
    const [operation] = posts('getBgpPeerStatus')
    if (!operation) throw new Error('no operation has begun')
    const { checks } = operation
    begin(every)
    await waitUntilTrue('another worker checks it', () => operation.checks > checks, 120_000)
    expect(posts('getBgpPeerStatus')).toHaveLength(1)
  })

  it('that a frozen worker left is not begun again by it', { timeout: 240_000 }, async () => {
    arm = await startSlowArm((action) => (action === 'getBgpPeerStatus' ? Number.POSITIVE_INFINITY : 10))
    const every = { POLL_SESSIONS_EVERY: '5s', POLL_ROUTES_EVERY: '10m' }
    const frozen = begin(every)
    await waitUntilTrue('an operation that is waited for', async () => (await stored())?.kind === 'peers', 120_000)
    frozen.child.kill('SIGSTOP')
    const [operation] = posts('getBgpPeerStatus')
    if (!operation) throw new Error('no operation has begun')
    begin(every)
    await waitUntilTrue('another worker goes on with it', () =>
      workers[1]?.lines.some((line) => line.includes('that another worker began goes on')),
    )
    frozen.child.kill('SIGCONT')
    await waitUntilTrue('it notices', () => frozen.lines.some((line) => line.includes('a lease was lost')), 120_000)
    operation.endedAt = Date.now()
    const recorded = await waitUntilTrue('it is recorded', peersOf, 120_000)
    expect(recorded).toMatchObject({ outcome: 'ok', polls: 1 })
    expect(arm.overlaps()).toEqual([])
  })
})
