import { spawn } from 'node:child_process'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { maskCredentials } from './mask-credentials.mjs'
import { INSTANCE_VARIABLE, instanceMark } from './pid-files.mjs'

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const TAIL_LINES = 40

/** Characters of a line that is not our own */
const LONGEST_LINE = 8_192

/** The web used 1.6 GB under twenty heavy clients; one that wants more is better restarted than left to swap. */
const WEB_HEAP_MB = 2_048

/**
 * Half of what V8 would take for new objects: 30 MB less after a start and 85 MB less after a hundred pages, each of which takes a tenth
 * more CPU time.
 */
const WEB_NEW_OBJECTS_MB = 8

/**
 * How far garbage lets the web’s heap grow before it is collected: a share of what is live, where V8 waits for several times that while much is
 * asked. 500 pages end with 330 MB where they end with 600; each page takes an eighth more CPU time. 10 %
 * takes two thirds more, `--optimize-for-size`, as the worker has it, twice as much.
 */
const WEB_GARBAGE_PERCENT = 30

/**
 * Arguments that bound the web's heap, and how much of it new objects and garbage take, unless somebody chose that.
 * @param {number} ownMb what Node takes by itself on this machine, in MiB
 * @param {string | undefined} nodeOptions NODE_OPTIONS
 * @returns {string[]}
 */
export function webHeapArguments(ownMb, nodeOptions) {
  const chosen = nodeOptions ?? ''
  const isBounded = ownMb <= WEB_HEAP_MB || /--max[-_]old[-_]space/.test(chosen)
  return [
    ...(isBounded ? [] : [`--max-old-space-size=${WEB_HEAP_MB}`]),
    ...(/--max[-_]semi[-_]space/.test(chosen) ? [] : [`--max-semi-space-size=${WEB_NEW_OBJECTS_MB}`]),
    // NODE_OPTIONS can't have this one
    `--heap-growing-percent=${WEB_GARBAGE_PERCENT}`,
  ]
}

/**
 * Starts a Node program as a child: leader of its own process group, so that Ctrl-C reaches `npm start` alone, which stops its
 * children in order; with a pipe that closes when `npm start` is gone. `onLine` receives its output line by line.
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.dataDir
 * @param {string[]} options.args script and its arguments
 * @param {Record<string, string | undefined>} options.env
 * @param {import('./system-user.mjs').SystemUser | null} [options.user] whom it runs as; null = the current user
 * @param {'ignore' | 'pipe'} [options.stdin]
 * @param {(line: string, stream: 'stdout' | 'stderr') => void} options.onLine
 * @returns {ChildProcess}
 */
export function spawnNode({ root, dataDir, args, env, user = null, stdin = 'ignore', onLine }) {
  const watch = pathToFileURL(path.join(root, 'lib/platform/bootstrap/parent-watch.mjs')).href
  const child = spawn(process.execPath, ['--import', `${watch}?${instanceMark(dataDir)}`, ...args], {
    cwd: root,
    env: { ...env, PEERWATCH_PARENT_FD: '3', [INSTANCE_VARIABLE]: dataDir },
    stdio: [stdin, 'pipe', 'pipe', 'pipe'],
    detached: true,
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  })
  eachLine(child.stdout, (line) => onLine(line, 'stdout'))
  eachLine(child.stderr, (line) => onLine(line, 'stderr'))
  child.stdio[3]?.on('error', () => {}) // the child exited; the supervisor reports it
  return child
}

/**
 * @param {import('node:stream').Readable | null} stream
 * @param {(line: string) => void} onLine
 */
function eachLine(stream, onLine) {
  let partial = ''
  stream?.setEncoding('utf8')
  stream?.on('data', (/** @type {string} */ chunk) => {
    const lines = (partial + chunk).split('\n')
    partial = lines.pop() ?? ''
    for (const line of lines) if (line !== '') onLine(line)
  })
  stream?.on('end', () => {
    if (partial !== '') onLine(partial)
  })
}

/**
 * Prints a child's output and keeps its last lines for an error. Until it is opened it prints nothing: output during a start is of
 * interest only if the start fails.
 * @param {{ name: string, json: boolean, open: boolean }} options json: wraps lines that are not JSON
 */
export function createOutlet({ name, json, open }) {
  /** @type {string[]} */
  const tail = []
  let flows = open
  return {
    /** @param {string} line */
    write(line) {
      tail.push(line)
      if (tail.length > TAIL_LINES) tail.shift()
      if (flows) process.stdout.write(`${json ? wrapped(name, line) : line}\n`)
    },
    open() {
      flows = true
    },
    tail: () => tail.join('\n'),
  }
}

/**
 * @param {string} component
 * @param {string} line
 */
function wrapped(component, line) {
  if (isJson(line)) return line
  const msg = maskCredentials(line.trim().slice(0, LONGEST_LINE))
  return JSON.stringify({ level: 30, time: new Date().toISOString(), component, msg })
}

/**
 * Whether it is a line of our own log. Objects that Next prints (`{ code: 'ENOENT' }`) are not.
 * @param {string} line
 */
function isJson(line) {
  if (!line.startsWith('{"')) return false
  try {
    JSON.parse(line)
    return true
  } catch {
    return false
  }
}

/**
 * Waits until `url` answers 200.
 * @param {string} url
 * @param {{ child: ChildProcess, withinMs: number }} options
 * @throws if the child exits first, or at the timeout
 */
export async function answers(url, { child, withinMs }) {
  const deadline = performance.now() + withinMs
  let last = 'no answer'
  while (performance.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new Error(`it exited (${child.signalCode ?? `code ${child.exitCode}`})`)
    try {
      const response = await fetch(url, { signal: AbortSignal.timeout(2_000), redirect: 'manual' })
      await response.arrayBuffer()
      if (response.status === 200) return
      last = `status ${response.status}`
    } catch (error) {
      last = /** @type {Error} */ (error).message
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error(`${url} did not answer 200 in ${withinMs / 1000} s (${last})`)
}

/**
 * Resolves with the address in a child's announcement, a line of JSON `{"event":"listening","url":"http://..."}`.
 * @param {ChildProcess} child
 * @param {number} withinMs
 * @returns {{ url: Promise<string>, read: (line: string) => boolean }} read: whether the line was the announcement
 */
export function announcement(child, withinMs) {
  /** @type {(url: string) => void} */
  let found = () => {}
  /** @type {Promise<string>} */
  const url = new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`it did not announce its address in ${withinMs / 1000} s`)),
      withinMs,
    )
    child.once('exit', (code, signal) => {
      clearTimeout(timer)
      reject(new Error(`it exited (${signal ?? `code ${code}`}) before it listened`))
    })
    found = (address) => {
      clearTimeout(timer)
      resolve(address)
    }
  })
  url.catch(() => {}) // the caller that awaits it gets the error
  return {
    url,
    read(line) {
      const address = listeningAddress(line)
      if (address !== null) found(address)
      return address !== null
    },
  }
}

/**
 * @param {string} line
 * @returns {string | null}
 */
function listeningAddress(line) {
  if (!/^\{.*"listening"/.test(line)) return null
  try {
    const { event, url } = JSON.parse(line)
    return event === 'listening' && typeof url === 'string' ? url.replace(/\/+$/, '') : null
  } catch {
    return null // a log line that happens to mention the word
  }
}
