import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { connect } from 'node:net'
import path from 'node:path'
import { expect, it } from 'vitest'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { startCollector } from '#lib/platform/telemetry/testing/collector.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { nodeEnvironment } from '#lib/platform/testing/node-environment.ts'

const db = withTestDatabase()

it('the process for routers exports its own metrics and log lines', async () => {
  const collector = await startCollector()
  const port = await findFreePort()
  const station = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../../bin/bmp.ts'), '--announce'], {
    env: {
      ...nodeEnvironment(),
      NODE_ENV: 'test',
      PEERWATCH_ENVIRONMENT: 'complete',
      DATABASE_URL: db.url,
      SYSLOG_LISTEN: `127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  try {
    await once(station.stdout, 'data')
    station.stdout.resume()
    const router = connect(port, '127.0.0.1')
    router.write(
      '<30>1 2026-11-22T03:00:00Z ce bgpd 1 - - %ADJCHANGE: neighbor 192.0.2.98(Unknown) in vrf default Up\n',
    )
    const isRecorded = async () => (await db.pool.query('SELECT FROM router_log_line')).rowCount
    await expect.poll(isRecorded, { timeout: 20_000 }).toBe(1)
    router.destroy()
    station.kill('SIGTERM')
    await once(station, 'exit')
    const found = collector.of('metrics').find(({ item }) => item.name === 'peerwatch_syslog_lines')
    expect(found?.resource).toMatchObject({ 'peerwatch.process.role': 'bmp' })
    expect(found?.item.sum.dataPoints).toMatchObject([{ asDouble: 1 }])
    expect(collector.of('logs').map(({ item }) => item.body.stringValue)).toContain('routers may send their logs')
  } finally {
    station.kill('SIGKILL')
    await collector.close()
  }
}, 60_000)
