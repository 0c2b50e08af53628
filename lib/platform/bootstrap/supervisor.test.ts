import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { readProcesses } from '#lib/setup/processes.ts'
import { readChildAnnouncements, spawnNode } from './children.ts'
import { waitForStart } from './wait-for-start.ts'
import { stopLeftoverChildren, recordPid, readPid } from './pid-files.ts'
import { isAlive } from './process-identity.ts'
import { createSupervisor } from './supervisor.ts'

const root = path.resolve(import.meta.dirname, '../../..')
const fixture = path.join(import.meta.dirname, 'fixtures/child.ts')

let dataDir: string
let supervisor: ReturnType<typeof createSupervisor>
let said: string[]
const strays: ChildProcess[] = []

beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'peerwatch-supervisor-'))
  said = []
  supervisor = createSupervisor({
    dataDir,
    say: (text) => said.push(text),
    backOff: { firstMs: 20, maxMs: 80, fullDiskMaxMs: 80, resetAfterMs: 60_000 },
  })
})
afterEach(async () => {
  await supervisor.stop({})
  for (const stray of strays.splice(0)) stray.kill('SIGKILL')
  rmSync(dataDir, { recursive: true, force: true })
})

const start = (what = 'stay', onLine: (line: string) => void = () => {}) =>
  spawnNode({ root, dataDir, args: [fixture, what], env: process.env, onLine })

/**
 * Starts the fixture under the supervisor, and waits until its code runs, so that its signal handlers are installed.
 */
async function supervise(name: string, what = 'stay') {
  let announced: ReturnType<typeof readChildAnnouncements>
  await supervisor.start({
    name,
    spawn: () => {
      announced = readChildAnnouncements()
      return start(what, (line) => announced.read(line))
    },
    ready: async (child) => {
      await waitForStart(child, () => announced.url)
    },
  })
  return status(name)
}

function status(name: string) {
  const found = readProcesses(dataDir).find((entry) => entry.name === name)
  if (!found) throw new Error(`${name} is not in processes.json`)
  return found
}

const kill = (pid: number | null, signal: NodeJS.Signals = 'SIGKILL') => process.kill(pid ?? Number.NaN, signal)

describe('a supervised process', () => {
  it('is recorded in its files while it runs', async () => {
    const { pid, state, restarts, lastExit, nextStartAt, startedAt } = await supervise('worker')
    expect({ state, restarts, lastExit, nextStartAt }).toEqual({
      state: 'running',
      restarts: 0,
      lastExit: null,
      nextStartAt: null,
    })
    expect(startedAt).toBeGreaterThan(Date.now() - 60_000)
    expect(readPid(dataDir, 'worker')).toBe(pid)
    expect(isAlive(pid ?? 0)).toBe(true)
  })

  it('is restarted while nothing can be written, and recorded as soon as that is over', async () => {
    const before = await supervise('worker')
    // simulates a full disk: a file cannot replace a folder
    const files = ['processes.json', 'worker.pid'].map((file) => path.join(dataDir, 'run', file))
    for (const file of files) {
      rmSync(file)
      mkdirSync(file)
    }
    kill(before.pid)
    await vi.waitFor(() => expect(supervisor.statuses()[0]).toMatchObject({ state: 'running', restarts: 1 }), 10_000)
    expect(said.filter((line) => line.includes('can not be written'))).toHaveLength(1)
    for (const file of files) rmSync(file, { recursive: true })
    await vi.waitFor(() => expect(status('worker')).toMatchObject({ state: 'running', restarts: 1 }), 10_000)
    expect(readPid(dataDir, 'worker')).toBe(status('worker').pid)
  })

  it('is restarted when it is killed, and each exit is reported', async () => {
    const before = await supervise('worker')
    kill(before.pid)
    await vi.waitFor(() => expect(status('worker')).toMatchObject({ state: 'running', restarts: 1 }), 10_000)
    const after = status('worker')
    expect(after.pid).not.toBe(before.pid)
    expect(after.lastExit).toMatchObject({ code: null, signal: 'SIGKILL' })
    expect(readPid(dataDir, 'worker')).toBe(after.pid)
    expect(said[0]).toBe('worker exited (SIGKILL); restart in 0.02 s')
  })

  it('waits twice as long after each exit in a row, up to a maximum', async () => {
    let starts = 0
    await supervisor.start({
      name: 'web',
      spawn: () => {
        starts += 1
        return start(starts === 1 ? 'stay' : 'fail')
      },
    })
    kill(status('web').pid)
    await vi.waitFor(
      () => expect(said.filter((text) => text.includes('restart in')).length).toBeGreaterThanOrEqual(5),
      20_000,
    )
    const waits = said.map((text) => /restart in ([\d.]+) s/.exec(text)?.[1]).filter(Boolean)
    expect(waits.slice(0, 5)).toEqual(['0.02', '0.04', '0.08', '0.08', '0.08'])
    expect(status('web').lastExit).toMatchObject({ code: 3, signal: null })
  })

  it('that exits before it was ready is not restarted: its start fails', async () => {
    const never = supervisor.start({ name: 'web', spawn: () => start('fail'), ready: () => new Promise(() => {}) })
    await expect(never).rejects.toThrow('web exited (code 3) before it was ready')
    expect(status('web')).toMatchObject({ state: 'stopped', restarts: 0 })
  })

  it('that cannot be spawned fails to start', async () => {
    const never = supervisor.start({
      name: 'web',
      spawn: () => spawn('/nonexistent/program'),
      ready: () => new Promise(() => {}),
    })
    await expect(never).rejects.toThrow('web could not be run: spawn /nonexistent/program ENOENT')
  })
})

describe('stopping', () => {
  it('goes from the last started to the first and leaves no process', async () => {
    const pids = [(await supervise('postgres')).pid, (await supervise('worker')).pid, (await supervise('web')).pid]
    await supervisor.stop({ web: 2_000, worker: 4_000, postgres: 6_000 })
    expect(pids.map((pid) => isAlive(pid ?? 0))).toEqual([false, false, false])
    expect(readProcesses(dataDir).map(({ name, state, pid }) => [name, state, pid])).toEqual([
      ['postgres', 'stopped', null],
      ['worker', 'stopped', null],
      ['web', 'stopped', null],
    ])
    expect(existsSync(path.join(dataDir, 'run/web.pid'))).toBe(false)
    expect(said).toEqual([])
  })

  it('waits no longer than its deadline for a process that ignores signals', async () => {
    const { pid } = await supervise('web', 'deaf')
    // without a deadline this would wait forever, because the process ignores the signal
    await supervisor.stop({ web: 200 })
    expect(isAlive(pid ?? 0)).toBe(false)
  })

  it('cancels a pending restart', async () => {
    const slow = createSupervisor({
      dataDir,
      say: () => {},
      backOff: { firstMs: 60_000, maxMs: 60_000, fullDiskMaxMs: 60_000, resetAfterMs: 60_000 },
    })
    let starts = 0
    await slow.start({
      name: 'web',
      spawn: () => {
        starts += 1
        return start()
      },
    })
    kill(status('web').pid)
    await vi.waitFor(() => expect(status('web').state).toBe('backing_off'), 5_000)
    expect(status('web').nextStartAt).toBeGreaterThan(Date.now() + 50_000)
    await slow.stop({})
    expect(status('web')).toMatchObject({ state: 'stopped', nextStartAt: null })
    expect(starts).toBe(1)
  })
})

describe('a child whose parent is gone', () => {
  it('stops', async () => {
    const running = Promise.withResolvers<void>()
    const child = start('stay', () => running.resolve())
    strays.push(child)
    await running.promise
    const ended = new Promise((resolve) => child.once('exit', resolve))
    child.stdio[3]?.destroy() // the kernel closes the descriptors of a killed process in the same way
    expect(await ended).toBe(0)
  })

  it('is stopped by the next start if it did not notice', async () => {
    const { pid } = await supervise('worker')
    kill(pid, 'SIGSTOP')
    expect(await stopLeftoverChildren(dataDir)).toEqual([`worker (${pid})`])
    expect(isAlive(pid ?? 0)).toBe(false)
  })

  it('is left alone if its pid belongs to another process by now', async () => {
    const stranger = spawn(process.execPath, [fixture], { stdio: 'ignore' })
    strays.push(stranger)
    recordPid(dataDir, 'worker', stranger.pid ?? null)
    recordPid(dataDir, 'web', 999_999_999)
    expect(await stopLeftoverChildren(dataDir)).toEqual([])
    expect(isAlive(stranger.pid ?? 0)).toBe(true)
    expect(existsSync(path.join(dataDir, 'run/worker.pid'))).toBe(false)
  })
})

describe('processes.json', () => {
  it('is empty if nothing was started', () => {
    expect(readProcesses(path.join(dataDir, 'nowhere'))).toEqual([])
  })

  it('is written atomically', async () => {
    await supervise('worker')
    const file = path.join(dataDir, 'run/processes.json')
    for (let round = 0; round < 3; round += 1) {
      kill(status('worker').pid)
      await vi.waitFor(
        () => {
          expect(Array.isArray(JSON.parse(readFileSync(file, 'utf8')))).toBe(true)
          expect(status('worker').restarts).toBe(round + 1)
        },
        { timeout: 10_000, interval: 1 },
      )
      await vi.waitFor(() => expect(status('worker').state).toBe('running'), 10_000)
    }
  })
})
