/** This file must run on Node.js 18 without installed packages. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'

const CHECK_EVERY_MS = 500

/**
 * Sends SIGTERM to this process when the npm that started it has ended. This is needed because npm does not forward
 * SIGHUP and, through a shell, no SIGINT, and a SIGTERM to npm ends only the shell. A process that npm did not start is
 * not watched, because the shell that started a service in the background may end before the service. The first process
 * of a container (pid 1) is not watched, because its end also ends the container.
 * @param {string} launcher path as in the script of package.json, for example `bin/start.mjs`
 */
export function endWithNpm(launcher) {
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
 * Returns the ids of the processes from the parent of this process up to npm. Processes whose command line contains the
 * launcher, that is, a shell or an older Node.js, are between the two.
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
  // the fields after the name are state and parent; the name is in brackets and can contain any characters
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
    return null // the process is gone, or this platform has no /proc
  }
}

/**
 * @param {number} pid
 * @param {'ppid' | 'command'} column
 */
const listed = (pid, column) =>
  spawnSync('ps', ['-o', `${column}=`, '-p', String(pid)], { encoding: 'utf8' }).stdout ?? ''
