import { InMemorySpanExporter } from '@opentelemetry/sdk-trace'
import { defaultResource } from '@opentelemetry/resources'
import { expect, it } from 'vitest'
import { registerSecret } from '../secrets.ts'
import { createMaskingTracer, createTracerProvider } from './traces.ts'

it('masks a secret that stands where the message of a failure is cut', async () => {
  registerSecret('a-secret-of-a-test', 'traces.test')
  const exporter = new InMemorySpanExporter()
  const provider = createTracerProvider(defaultResource(), exporter, {
    protocol: 'http/json',
    sampler: { name: 'always_on', ratio: 1 },
    maxQueueSize: 10,
    maxExportBatchSize: 10,
    scheduledDelayMillis: 10,
    exportTimeoutMillis: 1_000,
  })
  const span = createMaskingTracer(provider.getTracer('test')).start('a name', {}, null)
  span.fail('Error', `${'x'.repeat(990)}a-secret-of-a-test`)
  span.end()
  await provider.forceFlush()
  const [finished] = exporter.getFinishedSpans()
  registerSecret(null, 'traces.test')
  expect(finished?.status.message).toHaveLength(1_000)
  expect(finished?.status.message).not.toContain('a-secret')
})
