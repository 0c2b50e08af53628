import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { gunzipSync } from 'node:zlib'
import { decodeOtlp, type OtlpRecordWithResource, type OtlpSignalKind } from './decode-otlp.ts'

export interface TestOtlpCollector {
  url: string
  /** requests that arrived so far */
  received: { signal: OtlpSignalKind; headers: Record<string, unknown>; items: OtlpRecordWithResource[] }[]
  /** returns the items of a signal */
  of(signal: OtlpSignalKind): OtlpRecordWithResource[]
  /** how the collector answers later requests: with this status, or never */
  answers: number | 'never'
  /** number of requests, including those that were refused */
  requests: number
  close(): Promise<void>
}

/**
 * Starts an OTLP collector over HTTP on this machine. It parses requests by the official definitions and refuses all
 * others.
 */
export async function startCollector(): Promise<TestOtlpCollector> {
  const server = createServer((request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      collector.requests += 1
      const { answers } = collector
      if (answers === 'never') return
      const signal = /^\/v1\/(traces|metrics|logs)$/.exec(request.url ?? '')?.[1] as OtlpSignalKind | undefined
      if (request.method !== 'POST' || !signal) return void response.writeHead(404).end()
      if (answers !== 200) return void response.writeHead(answers).end()
      const type = request.headers['content-type'] ?? ''
      const body = Buffer.concat(parts)
      try {
        const plain = request.headers['content-encoding'] === 'gzip' ? gunzipSync(body) : body
        collector.received.push({ signal, headers: request.headers, items: decodeOtlp(signal, plain, type) })
      } catch (error) {
        // the exporter does not repeat a request with this status, and logs the failure
        return void response.writeHead(400).end(String(error))
      }
      response.writeHead(200, { 'content-type': type }).end(type === 'application/json' ? '{}' : undefined)
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const collector: TestOtlpCollector = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: [],
    of: (signal) => collector.received.flatMap((one) => (one.signal === signal ? one.items : [])),
    answers: 200,
    requests: 0,
    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
  return collector
}
