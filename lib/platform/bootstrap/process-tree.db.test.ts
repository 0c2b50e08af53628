import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { callForEachLine } from './each-line.ts'
import { readPid, getRunFolder } from './pid-files.ts'
import { ensureCluster } from './postgres.ts'
import { discardData, choosePostgresFolders } from './postgres-files.ts'
import { isAlive, waitForExit } from './process-identity.ts'
import { listProcessTree } from '../testing/process-tree.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const { scripts } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8'))
const PASSWORD = 'a password'

let folder: string
let dataDir: string
let log: string
const strays = new Set<number>()

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-tree-'))
  chmodSync(folder, 0o755)
  dataDir = path.join(folder, 'data')
  const files = choosePostgresFolders({ root, dataDir })
  ensureCluster(files, PASSWORD, { sync: false })
  log = path.join(files.cluster, 'log')
  mkdirSync(path.join(folder, 'bin'))
  const launcher = path.join(root, 'lib/platform/bootstrap/node-runtime.mjs')
  writeFileSync(
    path.join(folder, 'bin/start.mjs'),
    `import { launchProgram } from ${JSON.stringify(launcher)}\nawait launchProgram(import.meta.url)\n`,
  )
  writeFileSync(
    path.join(folder, 'bin/start.ts'),
    `await import(${JSON.stringify(path.join(import.meta.dirname, 'fixtures/process-tree.ts'))})\n`,
  )
})
afterEach(async () => {
  for (const pid of strays) if (isAlive(pid)) process.kill(pid, 'SIGKILL')
  for (const pid of strays) await waitForExit(pid, 60_000)
  strays.clear()
})
afterAll(() => {
  discardData(dataDir)
  rmSync(folder, { recursive: true })
})

/**
 * Runs npm with a script of package.json, and returns when all processes run.
 * @returns the process that was started, the processes with a file in the data folder, and all processes, which include
 *   npm, the shell and the processes that PostgreSQL started
 */
async function startTree(
  script: string,
  { args = ['npm', 'start'] } = {},
): Promise<{ top: ChildProcess; pids: number[]; all: number[] }> {
  writeFileSync(
    path.join(folder, 'package.json'),
    JSON.stringify({ name: 'tree', version: '1.0.0', type: 'module', scripts: { start: script } }),
  )
  const [command = '', ...rest] = args
  const top = spawn(command, rest, {
    cwd: folder,
    env: {
      ...process.env,
      PATH: `${path.dirname(process.execPath)}:${process.env.PATH}`,
      DATA_DIR: dataDir,
      CLUSTER_PASSWORD: PASSWORD,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
  })
  strays.add(top.pid ?? 0)
  const isUp = new Promise<void>((resolve, reject) => {
    callForEachLine(top.stdout, (line) => line === 'up' && resolve())
    top.once('exit', () => args.includes('npm') && reject(new Error('npm ended before all processes ran')))
  })
  isUp.catch(() => {})
  await isUp
  const pids = readdirSync(getRunFolder(dataDir))
    .filter((name) => name.endsWith('.pid'))
    .map((name) => readPid(dataDir, path.basename(name, '.pid')) ?? 0)
  const all = listProcessTree(top.pid ?? 0)
  for (const pid of [...pids, ...all]) strays.add(pid)
  return { top, pids, all }
}

/** Reports whether the supervisor runs each of its processes, and the given process has been replaced if it was one. */
function isWhole(killed: number): boolean {
  const statuses = JSON.parse(readFileSync(path.join(getRunFolder(dataDir), 'processes.json'), 'utf8'))
  return statuses.every(
    ({ state, pid }: { state: string; pid: number }) => state === 'running' && pid !== killed && isAlive(pid),
  )
}

/** Returns the number of orderly shutdowns of PostgreSQL, which write all data to disk. */
const shutdowns = () =>
  (existsSync(log) ? readdirSync(log) : [])
    .map((name) => readFileSync(path.join(log, name), 'utf8').split('received fast shutdown request').length - 1)
    .reduce((sum, count) => sum + count, 0)

describe('processes of npm start', () => {
  it.each([
    { to: 'npm', signal: 'SIGTERM' },
    { to: 'npm', signal: 'SIGINT' },
    { to: 'npm', signal: 'SIGHUP' },
    { to: 'npm', signal: 'SIGKILL' },
    { to: 'npm behind a shell', signal: 'SIGTERM' },
    { to: 'npm behind a shell', signal: 'SIGKILL' },
    { to: 'the shell', signal: 'SIGKILL' },
    { to: 'the start', signal: 'SIGTERM' },
    { to: 'the start', signal: 'SIGHUP' },
    { to: 'the start', signal: 'SIGKILL' },
  ] as const)('end with $signal to $to, and PostgreSQL writes its data', async ({ to, signal }) => {
    const before = shutdowns()
    const hasShell = /shell/.test(to)
    const { top, pids, all } = await startTree(hasShell ? scripts.start.replace(/^exec /, '') : scripts.start)
    expect(pids).toHaveLength(3)
    expect(all).toEqual(expect.arrayContaining(pids))
    const npm = top.pid ?? 0
    const start = readPid(dataDir, 'start') ?? 0
    const shell = Number(spawnSync('ps', ['-o', 'ppid=', '-p', String(start)], { encoding: 'utf8' }).stdout)
    expect(shell === npm).toBe(!hasShell)
    process.kill(to === 'the start' ? start : to === 'the shell' ? shell : npm, signal)
    for (const pid of all) expect(await waitForExit(pid, 60_000), `pid ${pid}`).toBe(true)
    expect(shutdowns()).toBe(before + 1)
  })

  it('are replaced when they are killed one after another, and none is left in the end', async () => {
    const { top, all } = await startTree(scripts.start)
    const npm = top.pid ?? 0
    const start = readPid(dataDir, 'start') ?? 0
    const seen = new Set<number>()
    const look = () => {
      for (const pid of listProcessTree(npm)) seen.add(pid)
    }
    // PostgreSQL replaces its own processes when one of them is killed, so that some of these have already ended
    for (const pid of all.filter((one) => one !== npm && one !== start)) {
      look()
      if (isAlive(pid)) process.kill(pid, 'SIGKILL')
      await expect.poll(() => isWhole(pid)).toBe(true)
    }
    look()
    expect(seen.size).toBeGreaterThan(all.length)
    for (const pid of seen) strays.add(pid)
    process.kill(start, 'SIGKILL')
    for (const pid of seen) expect(await waitForExit(pid, 60_000), `pid ${pid}`).toBe(true)
  })

  it('stay when the shell that started npm in the background ends', async () => {
    const { top, pids } = await startTree(scripts.start, { args: ['sh', '-c', 'nohup npm start & exit'] })
    if (top.exitCode === null) await once(top, 'exit')
    // wait for several checks of whether npm has ended
    await delay(2_000)
    expect(pids.filter(isAlive)).toEqual(pids)
    process.kill(readPid(dataDir, 'start') ?? 0, 'SIGTERM')
    for (const pid of pids) expect(await waitForExit(pid, 60_000)).toBe(true)
  })
})
