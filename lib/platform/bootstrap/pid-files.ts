import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { commandLine, endProcess, isAlive } from './process-identity.ts'

/** Carried in the environment of every child; its value is DATA_DIR. */
export const INSTANCE_VARIABLE = 'PEERWATCH_INSTANCE'

export function runFolder(dataDir: string) {
  return path.join(dataDir, 'run')
}

/** Writes a file atomically: a reader sees the old or the new content. */
export function writeAtomically(file: string, text: string, mode: number = 0o644) {
  const draft = `${file}.${process.pid}.draft`
  writeFileSync(draft, text, { mode })
  renameSync(draft, file)
}

/** @param pid null removes the file */
export function recordPid(dataDir: string, name: string, pid: number | null) {
  const file = path.join(runFolder(dataDir), `${name}.pid`)
  if (pid === null) return rmSync(file, { force: true })
  mkdirSync(runFolder(dataDir), { recursive: true })
  writeAtomically(file, `${pid}\n`)
}

export function readPid(dataDir: string, name: string): number | null {
  try {
    const pid = Number.parseInt(readFileSync(path.join(runFolder(dataDir), `${name}.pid`), 'utf8'), 10)
    return Number.isInteger(pid) && pid > 1 ? pid : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return null
    throw error
  }
}

/** The process id of the `npm start` that runs on this data folder, if one does. */
export function runningInstance(dataDir: string): number | null {
  const pid = readPid(dataDir, 'start')
  return pid !== null && pid !== process.pid && isAlive(pid) && /\bstart\.mjs\b/.test(commandLine(pid)) ? pid : null
}

/**
 * Stops the children of a start that was killed. A pid counts only if that process carries this data folder's mark.
 * @returns "name (pid)" of each stopped process
 */
export async function endLeftovers(dataDir: string): Promise<string[]> {
  const ended: string[] = []
  for (const file of listPidFiles(dataDir)) {
    const name = path.basename(file, '.pid')
    // PostgreSQL has a lock file of its own with more detail.
    if (name === 'start' || name === 'postgres') continue
    const pid = readPid(dataDir, name)
    if (pid !== null && isAlive(pid) && carriesMark(pid, dataDir)) {
      const gone = await endProcess(pid, [
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
    return readdirSync(runFolder(dataDir)).filter((name) => name.endsWith('.pid'))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return []
    throw error
  }
}

/** The mark is in the command line; Next overwrites that with its own title, so the environment is checked too. */
function carriesMark(pid: number, dataDir: string) {
  if (commandLine(pid).includes(instanceMark(dataDir))) return true
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${INSTANCE_VARIABLE}=${dataDir}`)
  } catch {
    return false // gone, not ours to read, or no /proc here
  }
}

export function instanceMark(dataDir: string): string {
  return `instance=${encodeURIComponent(dataDir)}`
}
