import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Server } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startApiServerOnLoopback } from '#app/api/testing/serve-routes.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { publishMetrics, writeMetrics } from '#lib/platform/telemetry/process-metrics.ts'
import { replaceDatabaseForTests } from '#lib/questions/index.ts'
import {
  arpTable,
  azureSide,
  createCounterRows,
  createCustomerNeighbor,
  createTestEstatePollRecorder,
  testFieldsOfIdleSession,
  createGatewayPeer,
  route,
} from '#lib/questions/testing/estate-feed.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')
const RULES = path.join(ROOT, 'integrations/prometheus/peerwatch.rules.yml')
const HAS_PROMETHEUS = spawnSync('promtool', ['--version'], { stdio: 'ignore' }).status === 0
const db = withTestDatabase()
const now = Date.now()
let server: Server
let origin: string

beforeAll(async () => {
  replaceDatabaseForTests(db)
  const feed = createTestEstatePollRecorder(db)
  await feed.inventory(now - 65_000)
  for (const at of [now - 64_000, now - 4_000]) {
    await feed.peers(at, [
      createGatewayPeer('10.0.4.12', '10.0.4.4'),
      createGatewayPeer('10.0.4.12', '10.0.4.5', testFieldsOfIdleSession),
    ])
    await feed.stats(at, [createCounterRows('primary', BigInt(at), 1n), createCounterRows('secondary', 2n, 3n)])
    for (const one of ['primary', 'secondary'] as const) {
      await feed.summary(at, one, [createCustomerNeighbor(one), azureSide()])
      await feed.arp(at, one, arpTable(one))
    }
    await feed.learned(at, [route('10.1.0.0/16')])
  }
  ;({ server, origin } = await startApiServerOnLoopback())
})
afterAll(async () => {
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
  replaceDatabaseForTests(undefined)
})

const scrape = async (accept?: string) => {
  const response = await fetch(`${origin}/metrics`, accept ? { headers: { accept } } : {})
  return { text: await response.text(), type: response.headers.get('content-type') }
}

describe('the endpoint', () => {
  it('has the estate', async () => {
    const { text, type } = await scrape()
    expect(type).toBe('text/plain; version=0.0.4; charset=utf-8')
    expect(text).toMatch(
      /peerwatch_bgp_neighbor_up\{id="\w+",name="ergw-hub",local_address="10\.0\.4\.12",neighbor_address="10\.0\.4\.4"\} 1\n/,
    )
    expect(text).toMatch(/peerwatch_path_state\{.*name="ckt-lon",peering="private",path="primary",state="up"\} 1\n/)
    expect(text).toMatch(/peerwatch_path_bits_per_second\{.*path="primary",direction="in"\} 8000\n/)
    expect(text).toMatch(/peerwatch_circuit_paths_up\{.*bound="at_least"\} 2\n/)
    expect(text).toMatch(/peerwatch_poll_floor_seconds\{.*kind="peers".*\} \d/)
    expect(text).toMatch(/\npeerwatch_metrics_omitted_series\{group="session"\} 0\n/)
    expect(text).toMatch(/\npeerwatch_estate_read 1\n/)
  })

  it('has the figures of workers that run, and not of those that are gone', async () => {
    const gauge = (value: number) => [
      {
        name: 'peerwatch_test',
        help: 'x',
        type: 'gauge' as const,
        samples: [{ labels: { process: 'worker' }, value }],
      },
    ]
    await writeMetrics(db.pool, { id: 'gone:1', role: 'worker', families: gauge(1) })
    await db.pool.query(`UPDATE process_metrics SET written_at = written_at - interval '2 minutes'`)
    await writeMetrics(db.pool, { id: 'here:1', role: 'worker', families: gauge(2) })
    const stop = publishMetrics(db, 'worker')
    await expect
      .poll(async () => (await scrape()).text)
      .toMatch(/process_cpu_user_seconds_total\{process="worker",process_id=".*"\} /)
    const { text } = await scrape()
    expect(text.match(/^peerwatch_test.*$/gm)).toEqual(['peerwatch_test{process="worker"} 2'])
    expect(text.match(/^# TYPE process_cpu_user_seconds_total/gm)).toHaveLength(1)
    expect(text).toMatch(/process_cpu_user_seconds_total\{process="web"/)
    await stop()
    const { rows } = await db.pool.query('SELECT id FROM process_metrics')
    expect(rows).toEqual([{ id: 'here:1' }])
  })
})

const freePort = async () => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const { port } = probe.address() as { port: number }
  await new Promise((resolve) => probe.close(resolve))
  return port
}

describe.skipIf(!HAS_PROMETHEUS)('a real Prometheus', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-prometheus-'))
  let prometheus: ChildProcess
  let api: string

  beforeAll(async () => {
    const config = path.join(folder, 'prometheus.yml')
    const job = { job_name: 'peerwatch', scrape_interval: '1s', static_configs: [{ targets: [new URL(origin).host] }] }
    writeFileSync(
      config,
      JSON.stringify({ global: { evaluation_interval: '1s' }, rule_files: [RULES], scrape_configs: [job] }),
    )
    const listen = `127.0.0.1:${await freePort()}`
    api = `http://${listen}/api/v1`
    const args = [`--config.file=${config}`, `--storage.tsdb.path=${folder}/data`, `--web.listen-address=${listen}`]
    prometheus = spawn('prometheus', [...args, '--log.level=error'], { stdio: 'ignore' })
  })
  afterAll(async () => {
    const ended = once(prometheus, 'exit')
    prometheus.kill('SIGKILL')
    await ended
    rmSync(folder, { recursive: true, force: true })
  })

  /** The fields of an API response that these tests read. */
  interface Answered {
    status: string
    error?: string
    data: {
      result: { value: [number, string] }[]
      activeTargets: { lastError: string }[]
      groups: { rules: { name: string; health: string }[] }[]
    }
  }
  const ask = async (about: string) => (await (await fetch(`${api}/${about}`)).json()) as Answered
  const query = (expr: string) => ask(`query?query=${encodeURIComponent(expr)}`)
  const valuesOf = async (expr: string) => (await query(expr)).data.result.map(({ value }) => value[1])

  it('finds nothing to complain of but the unit, which is that of networks', async () => {
    const { text } = await scrape()
    const checked = spawnSync('promtool', ['check', 'metrics'], { input: text, encoding: 'utf8' })
    const faults = checked.stderr.split('\n').filter((line) => line.startsWith('peerwatch') && !line.includes('"bits"'))
    expect(faults).toEqual([])
  })

  it('tests the rules', () => {
    const tested = spawnSync('promtool', ['test', 'rules', RULES.replace('.rules.', '.test.')], { encoding: 'utf8' })
    expect(tested.stderr + tested.stdout).toMatch(/SUCCESS/)
    expect(tested.status).toBe(0)
  })

  it('scrapes OpenMetrics, evaluates each rule and answers each question of the dashboard', {
    timeout: 60_000,
  }, async () => {
    await expect.poll(() => valuesOf('up').catch(() => []), { timeout: 30_000 }).toEqual(['1'])
    expect((await ask('targets')).data.activeTargets[0]?.lastError).toBe('')
    // 10.0.4.5 is idle and has exchanged messages, so it was established before and counts as down.
    expect(await valuesOf('peerwatch_bgp_neighbor_up == 0')).toEqual(['0'])
    expect(await valuesOf('peerwatch_circuit_bandwidth_bits_per_second')).toEqual(['1000000000'])
    expect(await valuesOf('peerwatch_circuit_info{provider="ProvA"}')).toEqual(['1'])

    const groups = async () => (await ask('rules')).data.groups
    await expect
      .poll(async () => (await groups()).flatMap(({ rules }) => rules).filter(({ health }) => health !== 'ok'), {
        timeout: 30_000,
      })
      .toEqual([])

    const dashboard = JSON.parse(readFileSync(path.join(ROOT, 'integrations/grafana/peerwatch.json'), 'utf8'))
    const panels = dashboard.panels as { title: string; targets: { expr: string }[] }[]
    for (const { title, targets } of panels) {
      for (const { expr } of targets) {
        const { status, error } = await query(expr.replaceAll('$name', '.*'))
        expect([title, status, error]).toEqual([title, 'success', undefined])
      }
    }
  })
})
