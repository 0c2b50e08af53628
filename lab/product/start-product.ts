import { spawn } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as delay } from 'node:timers/promises'
import { findFreePort } from '#lib/platform/bootstrap/postgres.ts'

const ROOT = path.resolve(import.meta.dirname, '../..')

export interface StartedProduct {
  url: string
  /** URL of the simulated Azure, which also accepts injected faults */
  simulatorUrl: string
  databaseUrl: string
  dataDir: string
  /** Returns the ID of the current process. */
  pidOf(name: 'worker' | 'web'): number
  stop(): Promise<void>
}

/**
 * Starts the whole product on the simulated estate, in a separate data folder.
 * @param environment additional environment variables
 * @param onLine receives each line of the log
 */
export async function startProductOnSimulator(
  environment: Record<string, string> = {},
  onLine?: (line: string) => void,
): Promise<StartedProduct> {
  const dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-bench-'))
  chmodSync(dataDir, 0o755)
  const port = await findFreePort()
  const env = {
    ...process.env,
    HOST: '127.0.0.1',
    PORT: String(port),
    DATA_DIR: dataDir,
    AZURE_SUBSCRIPTION_IDS: '',
    ...environment,
  }
  const child = spawn(process.execPath, ['bin/start.mjs'], {
    cwd: ROOT,
    env,
    stdio: ['ignore', onLine ? 'pipe' : 'ignore', 'inherit'],
  })
  if (child.stdout && onLine) createInterface({ input: child.stdout }).on('line', onLine)
  const url = `http://127.0.0.1:${port}`
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  const stop = async () => {
    child.kill('SIGTERM')
    await ended
    rmSync(dataDir, { recursive: true, force: true })
  }
  while (!(await fetch(`${url}/api/health`).catch(() => null))?.ok) {
    if (child.exitCode !== null) throw new Error('the product did not start')
    await delay(1_000)
  }
  const run = (file: string) => readFileSync(path.join(dataDir, 'run', file), 'utf8')
  const shared = JSON.parse(run('environment.json')) as Record<string, string>
  return {
    url,
    simulatorUrl: shared.AZURE_RESOURCE_MANAGER_URL ?? '',
    databaseUrl: shared.DATABASE_URL ?? '',
    dataDir,
    pidOf: (name) => Number(run(`${name}.pid`)),
    stop,
  }
}
