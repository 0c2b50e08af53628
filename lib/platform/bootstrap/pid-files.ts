import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { readCommandLine, endProcessWithSignals, isAlive } from './process-identity.ts'

/**
 * Name of an environment variable with the path of DATA_DIR. `npm start` sets it in every child, so that a later start
 * recognizes children that a killed start left running.
 */
export const INSTANCE_MARK_ENVIRONMENT_VARIABLE = 'PEERWATCH_INSTANCE'

export function getRunFolder(dataDir: string) {
  return path.join(dataDir, 'run')
}

/** Writes a file atomically, so that a reader sees either the old or the new content. */
export function writeAtomically(file: string, text: string, mode: number = 0o644) {
  const draft = `${file}.${process.pid}.draft`
  writeFileSync(draft, text, { mode })
  renameSync(draft, file)
}

/**
 * Writes a process id to its file in `DATA_DIR/run`.
 * @param pid null removes the file
 */
export function recordPid(dataDir: string, name: string, pid: number | null) {
  const file = path.join(getRunFolder(dataDir), `${name}.pid`)
  if (pid === null) return rmSync(file, { force: true })
  mkdirSync(getRunFolder(dataDir), { recursive: true })
  writeAtomically(file, `${pid}\n`)
}

export function readPid(dataDir: string, name: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path.join(getRunFolder(dataDir), `${name}.pid`), 'utf8'), 10)
    return Number.isInteger(pid) && pid > 1 ? pid : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** Returns the process id of another `npm start` that runs on this data folder; null if none does. */
export function findRunningInstance(dataDir: string): number | null {
  const pid = readPid(dataDir, 'start')
  return pid !== null && pid !== process.pid && isAlive(pid) && /\bstart\.mjs\b/.test(readCommandLine(pid)) ? pid : null
}

/**
 * Stops the child processes that a killed `npm start` left running on this data folder, except PostgreSQL, which has
 * its own lock file.
 * @returns "name (pid)" of each stopped process
 */
export async function stopLeftoverChildren(dataDir: string): Promise<string[]> {
  const ended: string[] = []
  for (const file of listPidFiles(dataDir)) {
    const name = path.basename(file, '.pid')
    // PostgreSQL has its own lock file, which contains more
    if (name === 'start' || name === 'postgres') continue
    const pid = readPid(dataDir, name)
    if (pid !== null && isAlive(pid) && carriesMark(pid, dataDir)) {
      const gone = await endProcessWithSignals(pid, [
        ['SIGTERM', 2_000],
        ['SIGKILL', 2_000],
      ])
      if (!gone)
        throw new Error(`a ${name} left over from an earlier run (pid ${pid}) does not stop: kill it, then start again`)
      ended.push(`${name} (${pid})`)
    }
    recordPid(dataDir, name, null)
  }
  return ended
}

function listPidFiles(dataDir: string) {
  try {
    return readdirSync(getRunFolder(dataDir)).filter((name) => name.endsWith('.pid'))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

/**
 * Reports whether a process was started for this data folder. Its command line contains {@link formatInstanceMark}. If
 * Next.js replaced the command line with its own title, the environment of the process is checked instead.
 */
function carriesMark(pid: number, dataDir: string) {
  if (readCommandLine(pid).includes(formatInstanceMark(dataDir))) return true
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .includes(`${INSTANCE_MARK_ENVIRONMENT_VARIABLE}=${dataDir}`)
  } catch {
    return false // the process has ended, may not be read, or this platform has no /proc
  }
}

export function formatInstanceMark(dataDir: string): string {
  return `instance=${encodeURIComponent(dataDir)}`
}
