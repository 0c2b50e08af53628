import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { get, type IncomingMessage } from 'node:http'
import { get as getSecurely } from 'node:https'
import { callForEachLine } from './each-line.ts'
import { toJsonLogLine } from './json-line.ts'
import { maskCredentials } from './mask-credentials.ts'
import { INSTANCE_MARK_ENVIRONMENT_VARIABLE, formatInstanceMark } from './pid-files.ts'
import { buildProgramArguments } from './programs.mjs'
import type { SystemUser } from './system-user.ts'

const TAIL_LINES = 40

/**
 * Starts a program of Peerwatch as a child process. The child has its own process group, so that Ctrl-C reaches only
 * `npm start`, which then stops its children in the right order. If `npm start` ends unexpectedly, a pipe to the child
 * closes, so that the child ends too. `onLine` receives each line of the child's output.
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
  /** system user as which the child runs; null = the current user */
  user?: SystemUser | null
  stdin?: 'ignore' | 'pipe'
  onLine: (line: string, stream: 'stdout' | 'stderr') => void
}): ChildProcess {
  const child = spawn(process.execPath, buildProgramArguments(root, args, `?${formatInstanceMark(dataDir)}`), {
    cwd: root,
    env: {
      ...env,
      PEERWATCH_PARENT_FD: '3',
      [INSTANCE_MARK_ENVIRONMENT_VARIABLE]: dataDir,
    } as unknown as NodeJS.ProcessEnv,
    stdio: [stdin, 'pipe', 'pipe', 'pipe'],
    detached: true,
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  })
  callForEachLine(child.stdout, (line) => onLine(line, 'stdout'))
  callForEachLine(child.stderr, (line) => onLine(line, 'stderr'))
  child.stdio[3]?.on('error', () => {}) // if the child has exited, the pipe reports an error; the supervisor handles the exit
  return child
}

/**
 * Creates a receiver for the output of a child process. It keeps the last lines for an error message. It prints lines
 * only after `open` is called, because the output of a start matters only if the start fails.
 * @param options json: true = a line that is not JSON becomes an entry of a JSON log; open: true = lines are printed
 *   from the beginning
 */
export function createOutputReceiver({ name, json, open }: { name: string; json: boolean; open: boolean }) {
  const tail: string[] = []
  let flows = open
  return {
    /**
     * Adds a line of the child's output.
     * @param stream output stream that contained the line
     */
    write(line: string, stream?: 'stdout' | 'stderr') {
      tail.push(line)
      if (tail.length > TAIL_LINES) tail.shift()
      if (flows) process.stdout.write(`${json ? toJsonLogLine(name, line, stream) : line}\n`)
    },
    open() {
      flows = true
    },
    tail: () => maskCredentials(tail.join('\n')),
  }
}

/** Waits until `url` responds with status 200, or until the signal is aborted. */
export async function waitForResponse(url: string, given: AbortSignal): Promise<void> {
  while (!given.aborted && (await statusOf(url, given)) !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** Returns the HTTP status of a response from `url`; null = no response. */
async function statusOf(url: string, given: AbortSignal): Promise<number | null> {
  try {
    const signal = AbortSignal.any([given, AbortSignal.timeout(2_000)])
    // the certificate check is off, because Peerwatch's own web server is reached by the address of the machine, which
    // its certificate does not contain
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
 * Returns a reader for two lines of a child's output: `{"event":"prepared"}`, which the child prints before it starts
 * to listen, and `{"event":"listening","url":"http://..."}`, which it prints when it listens.
 * @param prepared called when the first of these lines arrives
 * @returns url: resolves with the listening address; read: handles a line and returns whether it was one of the two
 */
export function readChildAnnouncements(prepared?: () => void): {
  url: Promise<string>
  read: (line: string) => boolean
} {
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
    return {} // the text only begins like JSON, so it is an ordinary log line
  }
}
