/**
 * Measures the cost of waiting for Azure's operations in a worker: `npm run bench operations [--operations=3000]
 * [--run=100] [--retry-after=10] [--seconds=60]`.
 * `--operations` gateways run operations of `--run` seconds each, one after the other without a pause, so that all of
 * them are always in flight. Postgres and Azure are separate processes. Prints the worker's CPU as a share of one core,
 * its memory, its connections to both, and the number of requests.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readdirSync, readlinkSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { createAzureClient } from '#lib/azure/index.ts'
import { MS_PER_HOUR, MS_PER_MINUTE } from '#lib/contract/time/time.ts'
import { getOrCreateSourceIds } from '#lib/history/index.ts'
import { createDatabase } from '#lib/platform/database.ts'
import { addMissingPollsToSchedule } from '#lib/platform/leases/index.ts'
import { getMetricsRegistry } from '#lib/platform/metrics.ts'
import { startWorker } from '#lib/poller/index.ts'
import { runWithBenchPostgresServer } from './history/server.ts'
import '#lib/table.ts'

const { values } = parseArgs({
  options: {
    operations: { type: 'string', default: '3000' },
    run: { type: 'string', default: '100' },
    'retry-after': { type: 'string', default: '10' },
    seconds: { type: 'string', default: '60' },
  },
})
const operations = Number(values.operations)
const print = (line: string) => process.stdout.write(`${line}\n`)

interface Seen {
  posts: number
  checks: number
  overlaps: number
  inFlight: number
}

const azureProcess = fork(path.join(import.meta.dirname, 'operations/slow-azure.ts'), [
  values.run,
  values['retry-after'],
])
const [{ url }] = (await once(azureProcess, 'message')) as [{ url: string }]
process.env.IDENTITY_ENDPOINT = `${url}/msi/token`
process.env.IDENTITY_HEADER = 'bench'
const seen = async (): Promise<Seen> => {
  azureProcess.send({})
  const [figures] = (await once(azureProcess, 'message')) as [Seen]
  return figures
}

/** Returns the number of open sockets of this process. */
function sockets(): number {
  const links = readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      return [readlinkSync(`/proc/self/fd/${fd}`)]
    } catch {
      return []
    }
  })
  return links.filter((link) => link.startsWith('socket:')).length
}

try {
  await runWithBenchPostgresServer(async (open) => {
    const admin = await open()
    // the same numbers of connections as in bin/worker.ts
    const db = createDatabase(admin.url, { max: 12, applicationName: 'peerwatch-worker' })
    const timetable = createDatabase(admin.url, { max: 2, applicationName: 'peerwatch-timetable' })
    const group = '/subscriptions/s/resourceGroups/g/providers/Microsoft.Network/virtualNetworkGateways'
    const targets = Array.from({ length: operations }, (_, i) => ({ resourceId: `${group}/gw${i}`, subresource: '' }))
    const ids = await getOrCreateSourceIds(db.pool, targets)
    const entries = ids.map((sourceId, i) => ({
      sourceId,
      kind: 'peers',
      everySeconds: Number(values.run) / 2,
      resource: `${group}/gw${i}`.toLowerCase(),
    }))
    await addMissingPollsToSchedule(db, entries)
    // the simulated Azure has no list of subscriptions, so that the worker plans no other polls
    const azure = createAzureClient({ resourceManagerUrl: url, subscriptionIds: '*' })
    const every = {
      sessionsMs: MS_PER_MINUTE,
      circuitsMs: MS_PER_MINUTE,
      routesMs: MS_PER_HOUR,
      metricsMs: MS_PER_HOUR,
      activityMs: MS_PER_HOUR,
    }
    const worker = startWorker({ db, timetable, azure, intervals: { ...every, inventoryMs: MS_PER_HOUR } })
    const begun = performance.now()
    // less than 100 %, because some gateways are always between the end of an operation and the start of the next one
    while ((await seen()).inFlight < 0.98 * operations) await delay(500)
    print(
      `filled:    ${(await seen()).inFlight} operations in flight after ${((performance.now() - begun) / 1_000).toFixed(0)} s`,
    )
    const [before, cpu, at] = [await seen(), process.cpuUsage(), performance.now()]
    let [least, most] = [operations, 0]
    while (performance.now() - at < Number(values.seconds) * 1_000) {
      await delay(500)
      least = Math.min(least, (await seen()).inFlight)
      most = Math.max(most, sockets())
    }
    const [used, elapsed, after] = [process.cpuUsage(cpu), (performance.now() - at) / 1_000, await seen()]
    const rate = (field: 'posts' | 'checks') => ((after[field] - before[field]) / elapsed).toFixed(1)
    print(`in flight: ${least} at least; ${rate('posts')} begun and ${rate('checks')} checked a second`)
    print(
      `worker:    ${((used.user + used.system) / 1e4 / elapsed).toFixed(1)} % of one core, ${(process.memoryUsage.rss() / 2 ** 20).toFixed(0)} MB resident`,
    )
    print(`sockets:   ${most} at most, of which ${db.pool.totalCount + timetable.pool.totalCount} to Postgres`)
    const polls = await getMetricsRegistry().getSingleMetric('peerwatch_worker_polls_total')?.get()
    const outcomes = Object.fromEntries((polls?.values ?? []).map(({ labels, value }) => [labels.outcome, value]))
    print(`overlaps:  ${after.overlaps}; outcomes since the start ${JSON.stringify(outcomes)}`)
    await worker.stop()
    azure.close()
    await Promise.all([db.close(), timetable.close()])
  })
} finally {
  azureProcess.disconnect()
}
