import { hostname } from 'node:os'
import type { Database } from '../database.ts'
import type { MetricFamily } from '../metrics-exposition.ts'
import { createComponentLogger } from '../log.ts'
import { getMetricsRegistry } from '../metrics.ts'
import type { SqlExecutor } from '../queryable.ts'

export type ProcessRole = 'web' | 'worker' | 'bmp'

/** Interval in milliseconds at which a process writes its metrics to the database. */
const EVERY_MS = 15_000
/**
 * Age of a process's metrics, by the database clock, above which they are ignored and other processes delete them. Such
 * metrics come from a process that ended without deleting them.
 */
const GOOD_FOR = '1 minute'

/** Returns the id of this process: host name and process id. */
const ownId = () => `${hostname()}:${process.pid}`

/** Returns the metrics of this process. Each sample gets the labels `process` and `process_id`. */
export async function collectProcessMetrics(role: ProcessRole, id = ownId()): Promise<MetricFamily[]> {
  const metrics = await getMetricsRegistry().getMetricsAsJSON()
  return metrics.flatMap((metric) => {
    const { name, help, type } = metric
    // prom-client exports the numbers of open handles and requests as gauges whose names end like those of counters.
    // They are left out
    if (`${type}` !== 'counter' && name.endsWith('_total')) return []
    const values = metric.values as { value: number; labels: Record<string, string | number>; metricName?: string }[]
    const samples = values.map(({ value, labels, metricName = name }) => ({
      ...(metricName !== name && { suffix: metricName.slice(name.length) }),
      labels: { ...labels, process: role, process_id: id },
      value,
    }))
    return [
      {
        name: `${type}` === 'counter' ? name.replace(/_total$/, '') : name,
        help,
        type: `${type}` as MetricFamily['type'],
        samples,
      },
    ]
  })
}

/**
 * Writes the metrics of this process to the database every 15 s, so that another process can serve them at its metrics
 * endpoint. A write that fails is ignored, because the next one follows.
 * @returns function that ends this and deletes the metrics
 */
export function publishMetrics(db: Database, role: ProcessRole, everyMs = EVERY_MS): () => Promise<void> {
  const log = createComponentLogger('metrics')
  const id = ownId()
  let writing: Promise<void> = Promise.resolve()
  const write = async () => {
    try {
      await writeMetrics(db.pool, { id, role, families: await collectProcessMetrics(role, id) })
    } catch (error) {
      log.debug({ err: error }, 'figures of this process could not be written')
    }
  }
  const next = () => {
    writing = writing.then(write)
  }
  next()
  const timer = setInterval(next, everyMs)
  timer.unref()
  return async () => {
    clearInterval(timer)
    await writing
    await db.pool.query('DELETE FROM process_metrics WHERE id = $1', [id]).catch(() => undefined)
  }
}

interface Written {
  id: string
  role: ProcessRole
  families: readonly MetricFamily[]
}

/** Replaces the metrics that this process wrote before, and deletes outdated metrics of other processes (ADR 0161). */
export async function writeMetrics(q: SqlExecutor, { id, role, families }: Written): Promise<void> {
  await q.query(
    `WITH removed AS (DELETE FROM process_metrics WHERE written_at < clock_timestamp() - interval '${GOOD_FOR}' AND id <> $1)
     INSERT INTO process_metrics (id, role, written_at, families) VALUES ($1, $2, clock_timestamp(), $3)
     ON CONFLICT (id) DO UPDATE SET role = excluded.role, written_at = excluded.written_at, families = excluded.families`,
    [id, role, JSON.stringify(families)],
  )
}

/** Returns the metrics of all processes that wrote them within the last minute. */
export async function readPublishedMetrics(q: SqlExecutor): Promise<MetricFamily[]> {
  const { rows } = await q.query<{ families: MetricFamily[] }>(
    `SELECT families FROM process_metrics WHERE written_at >= clock_timestamp() - interval '${GOOD_FOR}' ORDER BY id`,
  )
  return rows.flatMap(({ families }) => families)
}
