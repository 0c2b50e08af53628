import { spawn } from 'node:child_process'
import { eachLine } from './each-line.mjs'
import { whileItStarts } from './follow-start.mjs'
import { jsonLine } from './json-line.mjs'
import { maskCredentials } from './mask-credentials.mjs'
import { INSTANCE_VARIABLE, instanceMark } from './pid-files.mjs'
import { programArguments } from './programs.mjs'
import { StepError } from './progress.mjs'

/** @typedef {import('node:child_process').ChildProcess} ChildProcess */

const TAIL_LINES = 40

/**
 * Starts a program of ours as a child: leader of its own process group, so that Ctrl-C reaches `npm start` alone, which stops its
 * children in order; with a pipe that closes when `npm start` is gone. `onLine` receives its output line by line.
 * @param {object} options
 * @param {string} options.root
 * @param {string} options.dataDir
 * @param {string[]} options.args arguments of Node, the program (`bin/worker.ts`) and its own arguments
 * @param {Record<string, string | undefined>} options.env
 * @param {import('./system-user.mjs').SystemUser | null} [options.user] whom it runs as; null = the current user
 * @param {'ignore' | 'pipe'} [options.stdin]
 * @param {(line: string, stream: 'stdout' | 'stderr') => void} options.onLine
 * @returns {ChildProcess}
 */
export function spawnNode({ root, dataDir, args, env, user = null, stdin = 'ignore', onLine }) {
  const child = spawn(process.execPath, programArguments(root, args, `?${instanceMark(dataDir)}`), {
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
 * Prints a child's output and keeps its last lines for an error. Until it is opened it prints nothing: output during a start is of
 * interest only if the start fails.
 * @param {{ name: string, json: boolean, open: boolean }} options json: wraps lines that are not JSON
 */
export function createOutlet({ name, json, open }) {
  /** @type {string[]} */
  const tail = []
  let flows = open
  return {
    /**
     * @param {string} line
     * @param {'stdout' | 'stderr'} [stream] that it was printed on
     */
    write(line, stream) {
      tail.push(line)
      if (tail.length > TAIL_LINES) tail.shift()
      if (flows) process.stdout.write(`${json ? jsonLine(name, line, stream) : line}\n`)
    },
    open() {
      flows = true
    },
    tail: () => maskCredentials(tail.join('\n')),
  }
}

/** A part that answers has started; one that answers with something else than 200 for so long is faulty and not slow. */
const ANSWERS_OTHERWISE_MS = 60_000

/**
 * Waits until `url` answers 200, for as long as the child is worth waiting for ({@link whileItStarts}).
 * @param {string} url
 * @param {{ child: ChildProcess }} options
 * @throws StepError if the child exits first or is given up, or answers with something else
 */
export async function answers(url, { child }) {
  /** @type {number | null} monotonic ms of the first other answer */
  let otherwiseSince = null
  await whileItStarts(child, async (given) => {
    while (!given.aborted) {
      const status = await statusOf(url, given)
      if (status === 200) return
      const now = performance.now()
      if (status !== null) otherwiseSince ??= now
      if (otherwiseSince !== null && now - otherwiseSince >= ANSWERS_OTHERWISE_MS)
        throw new StepError(
          `${url} did not answer 200 in ${ANSWERS_OTHERWISE_MS / 1_000} s (status ${status ?? 'none'})`,
        )
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  })
}

/**
 * @param {string} url
 * @param {AbortSignal} given
 * @returns {Promise<number | null>} null = no answer
 */
async function statusOf(url, given) {
  try {
    const signal = AbortSignal.any([given, AbortSignal.timeout(2_000)])
    const response = await fetch(url, { signal, redirect: 'manual' })
    await response.arrayBuffer()
    return response.status
  } catch {
    return null
  }
}

/**
 * Resolves with the address in a child's announcement, a line of JSON `{"event":"listening","url":"http://..."}`, which is waited for
 * as {@link whileItStarts} does.
 * @param {ChildProcess} child
 * @returns {{ url: Promise<string>, read: (line: string) => boolean }} read: whether the line was the announcement
 */
export function announcement(child) {
  /** @type {PromiseWithResolvers<string>} */
  const announced = Promise.withResolvers()
  const url = whileItStarts(child, () => announced.promise)
  url.catch(() => {}) // the caller that awaits it gets the error
  return {
    url,
    read(line) {
      const address = listeningAddress(line)
      if (address !== null) announced.resolve(address)
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
