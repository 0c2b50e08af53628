/**
 * Functions that end a process when the npm that started it has ended. This file must run on Node.js 18 without
 * installed packages.
 */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const CHECK_EVERY_MS = 500

/**
 * Sends SIGTERM to this process when the npm that started it has ended. This is necessary, because npm does not forward
 * every signal: SIGHUP is not forwarded, SIGINT is not forwarded through a shell, and a SIGTERM ends only the shell.
 * The check is not made for a process that npm did not start, because the shell that starts a service in the background
 * may end earlier. The first process of a container (pid 1) is not watched, because its end also ends the container.
 * @param {string} launcher path as in the script of package.json, for example `bin/start.mjs`
 */
export function exitWhenNpmExits(launcher) {
  if (!process.env.npm_lifecycle_script?.includes(launcher)) return
  const watched = processesUpToNpm(launcher)
  if (watched.length === 0) return
  const timer = setInterval(() => {
    if (watched.every((pid, n) => pid === parentOf(watched[n - 1]))) return
    clearInterval(timer)
    process.kill(process.pid, 'SIGTERM')
  }, CHECK_EVERY_MS)
  timer.unref()
}

/**
 * Returns the ids of the processes between this process and npm, beginning with the parent and ending with npm. Between
 * the two there may be a shell or an older Node.js, whose command lines contain the launcher.
 * @param {string} launcher
 */
function processesUpToNpm(launcher) {
  const pids = []
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    pids.push(pid)
    if (!commandLineOf(pid).includes(launcher)) break
  }
  return pids
}

/**
 * Returns the id of the parent of a process; 0 if the process has ended.
 * @param {number} [pid] default: this process
 * @returns {number}
 */
function parentOf(pid) {
  if (pid === undefined) return process.ppid
  // /proc/PID/stat contains the name in brackets, then the state and the parent; the name may itself contain brackets
  // and blanks
  const stat = read(pid, 'stat')
  return Number(stat === null ? listed(pid, 'ppid') : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1] ?? 0))
}

/** @param {number} pid */
const commandLineOf = (pid) => read(pid, 'cmdline')?.replaceAll('\0', ' ') ?? listed(pid, 'command')

/**
 * @param {number} pid
 * @param {'stat' | 'cmdline'} name
 */
function read(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8')
  } catch {
    return null // the process has ended, or this platform has no /proc
  }
}

/**
 * @param {number} pid
 * @param {'ppid' | 'command'} column
 */
const listed = (pid, column) =>
  spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
