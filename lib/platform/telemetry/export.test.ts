import { spawnSync } from 'node:child_process'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkEnvironment } from '../environment.ts'
import type { MetricFamily } from '../metrics-exposition.ts'
import { createLogger } from '../log.ts'
import { getCounter } from '../metrics.ts'
import { registerSecret } from '../secrets.ts'
import { runInNewSpan, runInSpan, startTraceSpan } from '../tracing.ts'
import { startTelemetry, type TelemetryExports } from './index.ts'
import { type TestOtlpCollector, startCollector } from './testing/collector.ts'
import { convertOtlpAttributes } from './testing/decode-otlp.ts'

let collector: TestOtlpCollector
let running: TelemetryExports | undefined
beforeEach(async () => {
  collector = await startCollector()
})
afterEach(async () => {
  await running?.stop()
  running = undefined
  await collector.close()
  for (const name of Object.keys(process.env)) if (name.startsWith('OTEL_')) delete process.env[name]
})

/** Starts the export as a process does, including the variables that the exporters read themselves. */
async function start(variables: Record<string, string> = {}, families?: MetricFamily[] | null): Promise<void> {
  Object.assign(process.env, { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, ...variables })
  const checked = checkEnvironment(process.env, { root: '/', dotenv: null })
  if (!checked.ok) throw new Error(checked.faults.join())
  const estate = families === undefined ? undefined : { families: async () => families }
  running = await startTelemetry('worker', checked.settings, estate)
}

const stop = async () => {
  await running?.stop()
  running = undefined
}
const log = createLogger({ LOG_LEVEL: 'info', LOG_FORMAT: 'json' }, { write() {} }).child({ component: 'poller' })

describe.each(['http/protobuf', 'http/json'])('by %s', (protocol) => {
  it('spans have their parents, attributes and failures', async () => {
    await start({
      OTEL_EXPORTER_OTLP_PROTOCOL: protocol,
      OTEL_SERVICE_NAME: 'edge',
      OTEL_RESOURCE_ATTRIBUTES: 'deployment.environment.name=lab',
    })
    const poll = startTraceSpan('poll peers', { parent: null, attributes: { 'peerwatch.source.id': 7 } })
    await runInSpan(poll, async () => {
      await runInNewSpan('record', { kind: 'client' }, async () => {
        await expect(runInNewSpan('detect', {}, () => Promise.reject(new RangeError('too long')))).rejects.toThrow(
          'too long',
        )
      })
    })
    poll.end()
    poll.end()
    await stop()
    const spans = collector.of('traces')
    expect(spans.map(({ item }) => item.name)).toEqual(['detect', 'record', 'poll peers'])
    const [detect, record, root] = spans.map(({ item }) => item)
    if (!detect || !record || !root) throw new Error('spans are missing')
    expect(root.traceId).toMatch(/^[0-9a-f]{32}$/)
    expect(root.parentSpanId ?? '').toBe('')
    expect([record.parentSpanId, detect.parentSpanId]).toEqual([root.spanId, record.spanId])
    expect(new Set(spans.map(({ item }) => item.traceId)).size).toBe(1)
    expect([root.kind, record.kind]).toEqual([1, 3])
    expect(convertOtlpAttributes(root.attributes)).toEqual({ 'peerwatch.source.id': expect.anything() })
    expect(detect.status).toEqual({ code: 2, message: 'too long' })
    expect(convertOtlpAttributes(detect.attributes)).toEqual({ 'error.type': 'RangeError' })
    expect(BigInt(root.endTimeUnixNano)).toBeGreaterThanOrEqual(BigInt(root.startTimeUnixNano))
    expect(spans[0]?.resource).toMatchObject({
      'service.name': 'edge',
      'service.version': expect.stringMatching(/^\d/),
      'service.instance.id': expect.stringContaining(`:${process.pid}`),
      'peerwatch.process.role': 'worker',
      'deployment.environment.name': 'lab',
    })
  })

  it('log lines have their span, and no secret', async () => {
    registerSecret('hunter2-hunter2')
    await start({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol })
    const span = startTraceSpan('poll peers')
    runInSpan(span, () =>
      log.warn(
        { err: new TypeError('no hunter2-hunter2 here'), password: 'p', polls: 3, of: { a: 1 } },
        'with hunter2-hunter2',
      ),
    )
    log.info('later')
    log.child({ component: 'telemetry' }).info('is not exported')
    await stop()
    const [line, later, ...more] = collector.of('logs')
    expect(more).toEqual([])
    expect(line?.scope).toBe('poller')
    expect(line?.item).toMatchObject({
      severityNumber: 13,
      severityText: 'WARN',
      traceId: span.ids?.traceId,
      spanId: span.ids?.spanId,
    })
    expect(later?.item.traceId ?? '').toBe('')
    const attributes = convertOtlpAttributes(line?.item.attributes)
    expect(attributes).toMatchObject({ 'exception.type': 'TypeError', password: '[redacted]', of: '{"a":1}' })
    expect(Number(attributes.polls)).toBe(3)
    expect(JSON.stringify(collector.of('logs'))).not.toContain('hunter2')
    expect(Math.abs(Number(BigInt(line?.item.timeUnixNano ?? 0) / 1_000_000n) - Date.now())).toBeLessThan(10_000)
  })

  it('metrics are those of the endpoint, and the estate has an instance of its own', async () => {
    getCounter('peerwatch_exported_test_total', 'x').inc(2)
    await start({ OTEL_EXPORTER_OTLP_PROTOCOL: protocol }, [
      {
        name: 'peerwatch_circuit',
        help: 'A circuit',
        type: 'info',
        samples: [{ labels: { id: 'a', sku: null }, value: 1 }],
      },
      { name: 'peerwatch_path_bytes', help: 'Bytes', type: 'counter', samples: [{ labels: { id: 'a' }, value: 9e15 }] },
    ])
    await stop()
    const metrics = new Map(collector.of('metrics').map((one) => [one.item.name, one]))
    expect(metrics.get('peerwatch_exported_test')?.item.sum).toMatchObject({
      isMonotonic: true,
      aggregationTemporality: 2,
    })
    expect(metrics.get('nodejs_eventloop_lag_seconds')?.item.gauge.dataPoints).toHaveLength(1)
    const gc = metrics.get('nodejs_gc_duration_seconds')?.item.histogram
    for (const { count, bucketCounts, explicitBounds } of gc?.dataPoints ?? []) {
      expect(bucketCounts).toHaveLength(explicitBounds.length + 1)
      expect(bucketCounts.reduce((sum, n) => sum + Number(n), 0)).toBe(Number(count))
    }
    const [point] = metrics.get('peerwatch_path_bytes')?.item.sum.dataPoints ?? []
    expect(point).toMatchObject({ asDouble: 9e15 })
    expect(Number(point?.startTimeUnixNano ?? 0)).toBe(0)
    expect(convertOtlpAttributes(metrics.get('peerwatch_circuit_info')?.item.sum.dataPoints[0]?.attributes)).toEqual({
      id: 'a',
    })
    expect(metrics.get('peerwatch_circuit_info')?.resource['service.instance.id']).toBe('estate')
    expect(metrics.get('peerwatch_exported_test')?.resource['service.instance.id']).toContain(`:${process.pid}`)
  })
})

it('sends headers, compressed, and to where each signal goes', async () => {
  await start({
    OTEL_EXPORTER_OTLP_ENDPOINT: 'http://127.0.0.1:9',
    OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: `${collector.url}/v1/traces`,
    OTEL_METRICS_EXPORTER: 'none',
    OTEL_LOGS_EXPORTER: 'none',
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=s%20ecret',
    OTEL_EXPORTER_OTLP_COMPRESSION: 'gzip',
  })
  startTraceSpan('poll peers').end()
  await stop()
  expect(collector.received).toMatchObject([
    { signal: 'traces', headers: { 'api-key': 's ecret', 'content-encoding': 'gzip' } },
  ])
})

it('a process that does not export the estate sends none of it', async () => {
  await start({}, null)
  await stop()
  expect(collector.of('metrics').filter(({ resource }) => resource['service.instance.id'] === 'estate')).toEqual([])
  expect(collector.of('metrics').length).toBeGreaterThan(5)
})

it('samples by the ratio', async () => {
  await start({ OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0' })
  const span = startTraceSpan('poll peers')
  runInSpan(span, () => log.info('is exported all the same'))
  span.end()
  await stop()
  expect(collector.of('traces')).toEqual([])
  expect(collector.of('logs')[0]?.item).toMatchObject({ traceId: span.ids?.traceId })
})

describe('a collector that does not answer', () => {
  const many = 8_000

  it.each<TestOtlpCollector['answers']>(['never', 503])(
    '(%s) holds up nothing, and what waits for it is bounded',
    async (answers) => {
      collector.answers = answers
      await start({ OTEL_BSP_MAX_QUEUE_SIZE: '1000', OTEL_BLRP_MAX_QUEUE_SIZE: '1000', OTEL_BSP_SCHEDULE_DELAY: '10' })
      const began = performance.now()
      for (let n = 0; n < many; n += 1) {
        startTraceSpan('poll peers').end()
        if (n % 10 === 0) log.info({ n }, 'line')
        // lets exports begin
        if (n % 500 === 0) await delay(1)
      }
      expect(performance.now() - began).toBeLessThan(5_000)
      collector.answers = 200
      const endsAt = performance.now()
      await stop()
      expect(performance.now() - endsAt).toBeLessThan(2_000)
      // at most one batch that is being sent, and the queue
      expect(collector.of('traces').length).toBeGreaterThan(0)
      expect(collector.of('traces').length).toBeLessThanOrEqual(1_000 + 512)
      expect(collector.of('logs').length).toBeLessThanOrEqual(1_000 + 512)
    },
  )
})

it('without the variables nothing is loaded; prom-client brings the interface by itself', () => {
  const script = `
    import { registerHooks } from 'node:module'
    const seen = []
    registerHooks({ resolve(name, context, next) { if (name.startsWith('@opentelemetry/')) seen.push(name); return next(name, context) } })
    await import('${path.resolve(import.meta.dirname, '../metrics.ts')}')
    const { startTelemetry } = await import('${path.resolve(import.meta.dirname, 'index.ts')}')
    await startTelemetry('worker', { telemetry: null })
    console.log(JSON.stringify(seen.filter((name) => name !== '@opentelemetry/api')))`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    cwd: path.resolve(import.meta.dirname, '../../..'),
  })
  expect({ stdout, stderr }).toEqual({ stdout: '[]\n', stderr: '' })
})
