import { type ChildProcess, spawn } from 'node:child_process'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { waitUntilTrue } from '#lib/poller/testing/lab.ts'

/** Script that runs the API of a version in a separate process: `node API_PROCESS ROOT`. */
export const API_PROCESS = path.join(import.meta.dirname, 'api-process.mjs')
const WITHIN_MS = 600_000

export interface WebProcess {
  child: ChildProcess
  /** everything that the process printed */
  lines: string[]
  exited: Promise<number | null>
  /** the address at which the web process listens; it is known once the process listens */
  url(): Promise<string>
}

/**
 * Starts a web process with these arguments for Node. The process prints a line of JSON with its `url` once it listens.
 */
export function startWeb(args: readonly string[], cwd: string, environment: Record<string, string>): WebProcess {
  const child = spawn(process.execPath, args, {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { NODE_ENV: 'production', PATH: process.env.PATH, LOG_FORMAT: 'json', ...environment },
  })
  const lines: string[] = []
  for (const input of [child.stdout, child.stderr])
    createInterface({ input }).on('line', (line) => void lines.push(line))
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve))
  const said = () => {
    if (child.exitCode !== null) throw new Error(`it ended: ${lines.join('\n')}`)
    return lines.flatMap((line) => /^\{"url":"(.+)"\}$/.exec(line)?.[1] ?? [])[0]
  }
  return { child, lines, exited, url: () => waitUntilTrue('where it listens', said, WITHIN_MS) }
}
