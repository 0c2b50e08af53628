import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { eachLine } from './each-line.ts'
import { jsonLine } from './json-line.ts'
import { maskCredentials } from './mask-credentials.ts'
import { INSTANCE_VARIABLE, instanceMark } from './pid-files.ts'
import { programArguments } from './programs.mjs'
import type { SystemUser } from './system-user.ts'

const TAIL_LINES = 40

/**
 * Starts a program of Peerwatch as a child process. It leads its own process group, so that Ctrl-C reaches only `npm
 * start`, which stops its children in order. It gets a pipe that closes if `npm start` ends. `onLine` receives its
 * output line by line.
 */
export function spawnNode({
  root,
  dataDir,
  args,
  env,
  user = null,
  stdin = 'ignore',
  onLine,
}: {
  root: string
  dataDir: string
  /** arguments of Node.js, the program (`bin/worker.ts`) and its arguments */
  args: string[]
  env: Record<string, string | undefined>
  /** user as which it runs; null = the current user */
  user?: SystemUser | null
  stdin?: 'ignore' | 'pipe'
  onLine: (line: string, stream: 'stdout' | 'stderr') => void
}): ChildProcess {
  const child = spawn(process.execPath, programArguments(root, args, `?${instanceMark(dataDir)}`), {
    cwd: root,
    env: { ...env, PEERWATCH_PARENT_FD: '3', [INSTANCE_VARIABLE]: dataDir } as unknown as NodeJS.ProcessEnv,
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
 * Prints the output of a child and keeps its last lines for an error message. Before `open` is called nothing is
 * printed, because output during a start matters only if the start fails.
 * @param options json: wraps lines that are not JSON
 */
export function createOutlet({ name, json, open }: { name: string; json: boolean; open: boolean }) {
  const tail: string[] = []
  let flows = open
  return {
    /** Receives a line of output. @param stream the stream that the child printed it to */
    write(line: string, stream?: 'stdout' | 'stderr') {
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

/** Waits until `url` responds with status 200, or until the signal is aborted. */
export async function answers(url: string, given: AbortSignal): Promise<void> {
  while (!given.aborted && (await statusOf(url, given)) !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Returns the status of a response; null = no response. */
async function statusOf(url: string, given: AbortSignal): Promise<number | null> {
  try {
    const signal = AbortSignal.any([given, AbortSignal.timeout(2_000)])
    // Peerwatch's own web server is reached by the address of the machine, which its certificate does not contain
    const request = url.startsWith('https:')
      ? getSecurely(url, { signal, rejectUnauthorized: false })
      : get(url, { signal })
    const [response] = (await once(request, 'response')) as [IncomingMessage]
    response.resume()
    return response.statusCode ?? null
  } catch {
    return null
  }
}

/**
 * Returns a reader of a child's announcements, which are lines of JSON: `{"event":"prepared"}` before it starts to
 * listen, and `{"event":"listening","url":"http://..."}` afterwards.
 * @param prepared is called at the first of these
 * @returns url: the announced address; read: returns whether a line was an announcement
 */
export function announcement(prepared?: () => void): { url: Promise<string>; read: (line: string) => boolean } {
  const { promise, resolve } = Promise.withResolvers<string>()
  return {
    url: promise,
    read(line) {
      const { event, url } = eventOf(line)
      if (event === 'prepared') prepared?.()
      else if (event === 'listening' && typeof url === 'string') resolve(url.replace(/(?<!\/)\/+$/, ''))
      else return false
      return true
    },
  }
}

function eventOf(line: string): { event?: unknown; url?: unknown } {
  if (!/^\{.*"(prepared|listening)"/.test(line)) return {}
  try {
    return JSON.parse(line)
  } catch {
    return {} // a log line that contains the word by chance
  }
}
