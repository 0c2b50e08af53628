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
 * Starts a program of ours as a child: leader of its own process group, so that Ctrl-C reaches `npm start` alone, which stops its
 * children in order; with a pipe that closes when `npm start` is gone. `onLine` receives its output line by line.
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
  /** arguments of Node, the program (`bin/worker.ts`) and its own arguments */
  args: string[]
  env: Record<string, string | undefined>
  /** whom it runs as; null = the current user */
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
 * Prints a child's output and keeps its last lines for an error. Until it is opened it prints nothing: output during a start is of
 * interest only if the start fails.
 * @param options json: wraps lines that are not JSON
 */
export function createOutlet({ name, json, open }: { name: string; json: boolean; open: boolean }) {
  const tail: string[] = []
  let flows = open
  return {
    /** @param stream that it was printed on */
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

/** Waits until `url` answers 200, or until it is given up. */
export async function answers(url: string, given: AbortSignal): Promise<void> {
  while (!given.aborted && (await statusOf(url, given)) !== 200) await new Promise((resolve) => setTimeout(resolve, 50))
}

/** @returns null = no answer */
async function statusOf(url: string, given: AbortSignal): Promise<number | null> {
  try {
    const signal = AbortSignal.any([given, AbortSignal.timeout(2_000)])
    // our own web by the machine's address, which its certificate does not name
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
 * What a child announces, in lines of JSON: `{"event":"prepared"}` when it will listen next, `{"event":"listening","url":"http://..."}`.
 * @param prepared called then
 * @returns url: the address; read: whether the line was an announcement
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
    return {} // a log line that happens to mention the word
  }
}
