/**
 * Measures a worker's memory: `npm run bench memory [--scenario=estate] [--profile=azure|quick] [--every=2s]
 * [--lists=15s] [--seconds=60] [--samples=8] [--flags="--max-semi-space-size=8"] [--arenas=2]`.
 * Runs the worker as in production, with the simulator and a separate Postgres. The profile `azure` uses Azure's run
 * times and the default intervals; `--every` changes the intervals, and `--lists` those for inventory, metrics and the
 * Activity Log. The profile `quick` polls every 2 s by default, so that a short run makes as many polls as a day.
 * Prints resident memory and its parts over time, with the number of polls recorded so far.
 */
import { spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { runWithBenchPostgresServer } from './history/server.ts'
import { processCpu } from './history/postgres-cpu.ts'
import { readProcessMemoryMb } from './history/process-memory.ts'
import { startSimulatorProcess } from './product/start-simulator.ts'
import { printFigureLine } from './screens/figures.ts'

const { values } = parseArgs({
  options: {
    scenario: { type: 'string', default: 'estate' },
    seconds: { type: 'string', default: '60' },
    profile: { type: 'string', default: 'azure' },
    every: { type: 'string' },
    lists: { type: 'string' },
    samples: { type: 'string', default: '8' },
    flags: { type: 'string', default: '' },
    arenas: { type: 'string' },
  },
})
const ROOT = path.resolve(import.meta.dirname, '..')
const SAMPLES = Number(values.samples)
const every = values.every ?? (values.profile === 'quick' ? '2s' : undefined)
const MB = 2 ** 20

/** Preloaded script that writes V8's memory use to stderr when the process receives SIGUSR2. */
const REPORTER = `data:text/javascript,${encodeURIComponent(`
process.on('SIGUSR2', () => {
  globalThis.gc?.()
  const { heapUsed, heapTotal, external } = process.memoryUsage()
  process.stderr.write('MEMORY ' + JSON.stringify({ heapUsed, heapTotal, external }) + String.fromCharCode(10))
})`)}`

interface Sample {
  heapUsed: number
  heapTotal: number
  external: number
}

await runWithBenchPostgresServer(async (open) => {
  const db = await open()
  const simulator = await startSimulatorProcess(values.scenario, values.profile)
  const flags = values.flags.split(' ').filter((flag) => flag !== '')
  const worker = spawn(process.execPath, [...flags, '--import', REPORTER, 'bin/worker.ts'], {
    cwd: ROOT,
    stdio: ['ignore', 'ignore', 'pipe'],
    env: {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      DATABASE_URL: db.url,
      AZURE_SUBSCRIPTION_IDS: '*',
      AZURE_RESOURCE_MANAGER_URL: simulator.url,
      AZURE_MONITOR_METRICS_URL: simulator.url,
      IDENTITY_ENDPOINT: `${simulator.url}/msi/token`,
      IDENTITY_HEADER: 'bench',
      ...(every && { POLL_SESSIONS_EVERY: every, POLL_CIRCUITS_EVERY: every, POLL_ROUTES_EVERY: every }),
      ...(values.lists && {
        POLL_INVENTORY_EVERY: values.lists,
        POLL_METRICS_EVERY: values.lists,
        POLL_ACTIVITY_EVERY: values.lists,
      }),
      ...(values.arenas ? { MALLOC_ARENA_MAX: values.arenas } : {}),
    },
  })
  const said: string[] = []
  createInterface({ input: worker.stderr }).on('line', (line) => {
    if (!line.startsWith('MEMORY ')) printFigureLine(line)
    else said.push(line.slice('MEMORY '.length))
  })
  try {
    printFigureLine('seconds  polls  resident  anonymous  file  heap used/total  external  highest  CPU ms/poll')
    for (let i = 1; i <= SAMPLES; i++) {
      await delay((Number(values.seconds) * 1_000) / SAMPLES)
      worker.kill('SIGUSR2')
      await delay(200)
      const memory = JSON.parse(said.at(-1) ?? '{"heapUsed":0,"heapTotal":0,"external":0}') as Sample
      const { VmRSS, RssAnon, RssFile, VmHWM } = readProcessMemoryMb(worker.pid ?? 0)
      const { rows } = await db.pool.query('SELECT coalesce(sum(polls), 0)::int AS polls FROM poll_state')
      const mb = (bytes: number) => (bytes / MB).toFixed(0)
      const at = ((i * Number(values.seconds)) / SAMPLES).toFixed(0)
      printFigureLine(
        [
          at.padStart(7),
          String(rows[0].polls).padStart(5),
          VmRSS.toFixed(0).padStart(8),
          RssAnon.toFixed(0).padStart(9),
          RssFile.toFixed(0).padStart(5),
          `${mb(memory.heapUsed)}/${mb(memory.heapTotal)}`.padStart(15),
          mb(memory.external).padStart(8),
          VmHWM.toFixed(0).padStart(8),
          ((processCpu(worker.pid ?? 0) * 1_000) / Math.max(1, rows[0].polls)).toFixed(1).padStart(11),
        ].join('  '),
      )
    }
  } finally {
    worker.kill('SIGTERM')
    await new Promise((resolve) => worker.once('exit', resolve))
    simulator.child.kill('SIGTERM')
  }
})
