import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { commandLine, endProcess, isAlive } from './process-identity.mjs'

/** Carried in the environment of every child; its value is DATA_DIR. */
export const INSTANCE_VARIABLE = 'PEERWATCH_INSTANCE'

/** @param {string} dataDir */
export function runFolder(dataDir) {
  return path.join(dataDir, 'run')
}

/**
 * Writes a file atomically: a reader sees the old or the new content.
 * @param {string} file
 * @param {string} text
 * @param {number} [mode]
 */
export function writeAtomically(file, text, mode = 0o644) {
  const draft = `${file}.${process.pid}.draft`
  writeFileSync(draft, text, { mode })
  renameSync(draft, file)
}

/**
 * @param {string} dataDir
 * @param {string} name
 * @param {number | null} pid null removes the file
 */
export function notePid(dataDir, name, pid) {
  const file = path.join(runFolder(dataDir), `${name}.pid`)
  if (pid === null) return rmSync(file, { force: true })
  mkdirSync(runFolder(dataDir), { recursive: true })
  writeAtomically(file, `${pid}\n`)
}

/**
 * @param {string} dataDir
 * @param {string} name
 * @returns {number | null}
 */
export function readPid(dataDir, name) {
  try {
    const pid = Number.parseInt(readFileSync(path.join(runFolder(dataDir), `${name}.pid`), 'utf8'), 10)
    return Number.isInteger(pid) && pid > 1 ? pid : null
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) return null
    throw error
  }
}

/**
 * The process id of the `npm start` that runs on this data folder, if one does.
 * @param {string} dataDir
 * @returns {number | null}
 */
export function runningInstance(dataDir) {
  const pid = readPid(dataDir, 'start')
  return pid !== null && pid !== process.pid && isAlive(pid) && /\bstart\.mjs\b/.test(commandLine(pid)) ? pid : null
}

/**
 * Stops the children of a start that was killed. A pid counts only if that process carries this data folder's mark.
 * @param {string} dataDir
 * @returns {Promise<string[]>} "name (pid)" of each stopped process
 */
export async function endLeftovers(dataDir) {
  /** @type {string[]} */
  const ended = []
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
    notePid(dataDir, name, null)
  }
  return ended
}

/** @param {string} dataDir */
function listPidFiles(dataDir) {
  try {
    return readdirSync(runFolder(dataDir)).filter((name) => name.endsWith('.pid'))
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(/** @type {NodeJS.ErrnoException} */ (error).code ?? '')) return []
    throw error
  }
}

/**
 * The mark is in the command line; Next overwrites that with its own title, so the environment is checked too.
 * @param {number} pid
 * @param {string} dataDir
 */
function carriesMark(pid, dataDir) {
  if (commandLine(pid).includes(instanceMark(dataDir))) return true
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(`${INSTANCE_VARIABLE}=${dataDir}`)
  } catch {
    return false // gone, not ours to read, or no /proc here
  }
}

/**
 * @param {string} dataDir
 * @returns {string}
 */
export function instanceMark(dataDir) {
  return `instance=${encodeURIComponent(dataDir)}`
}
