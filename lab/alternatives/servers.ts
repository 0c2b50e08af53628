import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { lstatSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'
import { threadsCpu } from '../history/postgres-cpu.ts'

export type ServerName = 'Prometheus' | 'VictoriaMetrics'

/** Disk usage of a server, in bytes. */
export interface DiskUse {
  /**
   * `blocks` is the size after compaction and merging. `days` is the time range that the blocks cover, in days; null =
   * the whole range that was sent.
   */
  blocks: number
  days: number | null
  /** data that is not compacted yet: write-ahead log and chunks of the newest hours */
  head: number
}

export interface TimeSeriesServer {
  name: ServerName
  version: string
  url: string
  /** Returns the CPU seconds used since the server's start. */
  cpu(): number
  /** Waits until the server has compacted all data sent so far, as far as it compacts such recent data at all. */
  settle(): Promise<void>
  diskUse(): DiskUse
  /** Starts scraping ports of this machine. An empty list stops the scrapes. */
  scrape(ports: readonly number[], everySeconds: number): void
}

/** Debian package of each server. */
const PACKAGES: Record<ServerName, string> = { Prometheus: 'prometheus', VictoriaMetrics: 'victoria-metrics' }

interface Running {
  child: ChildProcess
  config: string
  data: string
  url: string
}

/**
 * Starts both servers, runs some work with them, and stops them. The servers listen on loopback ports. Their data is in
 * a folder that is removed at the end, even after an error or a signal. A server that is not installed is left out,
 * after a message with the package to install.
 */
export async function withTimeSeriesServers(
  work: (servers: TimeSeriesServer[]) => Promise<void>,
  say: (line: string) => void,
): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-alternatives-'))
  const children: ChildProcess[] = []
  const end = () => {
    for (const child of children) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 })
  }
  const interruption = Promise.withResolvers<never>()
  // do not exit here, because the caller may have to clean up, too
  const interrupt = () => interruption.reject(new Error('interrupted'))
  process.on('exit', end).on('SIGINT', interrupt).on('SIGTERM', interrupt)
  try {
    const servers: TimeSeriesServer[] = []
    for (const name of Object.keys(PACKAGES) as ServerName[]) {
      const server = await start(name, path.join(folder, PACKAGES[name]), children)
      if (server) servers.push(server)
      else say(`${name} is not installed and left out: apt-get install ${PACKAGES[name]}`)
    }
    await Promise.race([work(servers), interruption.promise])
  } finally {
    await Promise.all(children.map(stopped))
    process.off('exit', end).off('SIGINT', interrupt).off('SIGTERM', interrupt)
    end()
  }
}

async function start(name: ServerName, folder: string, children: ChildProcess[]): Promise<TimeSeriesServer | null> {
  mkdirSync(folder)
  const [config, data] = [path.join(folder, 'scrape.yml'), path.join(folder, 'data')]
  writeFileSync(config, scrapeConfig([], 60))
  const port = await findFreePort()
  const flags = {
    Prometheus: [
      `--config.file=${config}`,
      `--storage.tsdb.path=${data}`,
      '--storage.tsdb.retention.time=60d',
      '--web.enable-remote-write-receiver',
      // routes are scraped every five minutes, so one late or missing scrape must not end a series
      '--query.lookback-delta=11m',
      `--web.listen-address=127.0.0.1:${port}`,
      '--log.level=warn',
    ],
    VictoriaMetrics: [
      `-promscrape.config=${config}`,
      `-storageDataPath=${data}`,
      '-retentionPeriod=60d',
      '-search.maxStalenessInterval=11m',
      `-httpListenAddr=127.0.0.1:${port}`,
      '-loggerLevel=WARN',
    ],
  }[name]
  const child = spawn(PACKAGES[name], flags, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr?.on('data', (text: Buffer) => {
    said = (said + text.toString()).slice(-2_000)
  })
  const missing = await new Promise<boolean>((resolve, reject) => {
    child.once('spawn', () => resolve(false))
    child.once('error', (error: NodeJS.ErrnoException) => (error.code === 'ENOENT' ? resolve(true) : reject(error)))
  })
  if (missing) return null
  children.push(child)
  const url = `http://127.0.0.1:${port}`
  const ready = name === 'Prometheus' ? '/-/ready' : '/health'
  for (let tries = 0; !(await fetch(url + ready).catch(() => null))?.ok; tries++) {
    if (tries > 300 || child.exitCode !== null) throw new Error(`${name} does not start: ${said}`)
    await delay(100)
  }
  const running = { child, config, data, url }
  return {
    name,
    version: versionOf(name),
    url,
    cpu: () => threadsCpu(child.pid ?? 0),
    settle: () => (name === 'Prometheus' ? compacted(url) : merged(url)),
    diskUse: () => (name === 'Prometheus' ? ofPrometheus(data) : ofVictoria(data)),
    scrape: (ports, everySeconds) => scrape(running, ports, everySeconds),
  }
}

async function stopped(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  const ended = new Promise((resolve) => child.once('exit', resolve))
  child.kill('SIGTERM')
  await Promise.race([ended, delay(10_000, undefined, { ref: false })])
}

/** Returns the version of the Debian package, because Debian's VictoriaMetrics does not report one. */
function versionOf(name: ServerName): string {
  const { status, stdout } = spawnSync('dpkg-query', ['-W', '-f', '${Version}', PACKAGES[name]], { encoding: 'utf8' })
  return status === 0 ? stdout : 'of an unknown version'
}

const scrapeConfig = (ports: readonly number[], everySeconds: number) =>
  ports.length === 0
    ? 'scrape_configs: []\n'
    : `global: { scrape_interval: ${everySeconds}s, scrape_timeout: ${everySeconds}s }\nscrape_configs:\n` +
      ports
        .map(
          (port) =>
            `  - { job_name: port-${port}, honor_labels: true, static_configs: [{ targets: ['127.0.0.1:${port}'] }] }\n`,
        )
        .join('')

function scrape({ child, config }: Running, ports: readonly number[], everySeconds: number): void {
  writeFileSync(config, scrapeConfig(ports, everySeconds))
  child.kill('SIGHUP')
}

/** Returns the sum of a metric that a server exports about itself. */
async function figure(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text()
  const values = text.split('\n').flatMap((line) => {
    const [series = '', value] = line.split(' ')
    return series === name || series.startsWith(`${name}{`) ? [Number(value)] : []
  })
  return values.reduce((sum, value) => sum + value, 0)
}

/** Waits until Prometheus has finished compacting. It compacts every minute and after each request. */
async function compacted(url: string): Promise<void> {
  let before = -1
  for (let quiet = 0; quiet < 5; ) {
    await delay(1_000)
    const compactions = await figure(url, 'prometheus_tsdb_compactions_total')
    quiet = compactions === before ? quiet + 1 : 0
    before = compactions
  }
}

async function merged(url: string): Promise<void> {
  for (const action of ['force_flush', 'force_merge']) await (await fetch(`${url}/internal/${action}`)).text()
  for (let quiet = 0; quiet < 5; ) {
    await delay(1_000)
    quiet = (await figure(url, 'vm_active_merges')) === 0 ? quiet + 1 : 0
  }
}

function ofPrometheus(data: string): DiskUse {
  const blocks = readdirSync(data).filter((name) => /^[0-9A-Z]{26}$/.test(name))
  const spans = blocks.map((name) => {
    const meta = JSON.parse(readFileSync(path.join(data, name, 'meta.json'), 'utf8')) as Record<
      'minTime' | 'maxTime',
      number
    >
    return meta.maxTime - meta.minTime
  })
  return {
    blocks: blocks.reduce((sum, name) => sum + bytesIn(path.join(data, name)), 0),
    days: spans.reduce((sum, span) => sum + span, 0) / MS_PER_DAY,
    head: bytesIn(path.join(data, 'wal')) + bytesIn(path.join(data, 'chunks_head')),
  }
}

const ofVictoria = (data: string): DiskUse => ({
  blocks: bytesIn(path.join(data, 'data')) + bytesIn(path.join(data, 'indexdb')),
  days: null,
  head: 0,
})

/** Returns the disk space of the files in a folder, in bytes. Each hard link counts once. */
function bytesIn(folder: string): number {
  const seen = new Set<number>()
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true })
  return entries.reduce((sum, entry) => {
    const stats = lstatSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })
    if (!stats?.isFile() || seen.has(stats.ino)) return sum
    seen.add(stats.ino)
    return sum + stats.blocks * 512
  }, 0)
}
