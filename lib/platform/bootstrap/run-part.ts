import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { checkEnvironment } from '../environment.ts'
import { eachLine } from './each-line.ts'
import { jsonLine } from './json-line.ts'
import { lastLines } from './last-lines.ts'
import { logFormatOf } from './progress.ts'
import { programArguments } from './programs.mjs'
import { webHeapArguments, withFewArenas, workerHeapArguments } from './process-memory.ts'

/** Programs that run until they are stopped, by their names in bin, with the component that their own lines in the log have. */
const PARTS = new Map([
  ['web', 'web'],
  ['worker', 'worker'],
  ['bmp', 'bmp'],
  ['simulate', 'simulator'],
])

/** Nothing else waits for the end of this process. */
const LAST_LINES_WITHIN_MS = 1_000

/**
 * How a part has to be started to be what it is under `npm start`: its output a log of JSON where logs are, and the web's heap bounded.
 * @param name of a program in bin
 * @param given folder: where `.env` is
 * @returns null = in this process
 */
export function partToRun(
  name: string,
  {
    args,
    environment,
    folder,
    isTerminal,
  }: {
    args: readonly string[]
    environment: Record<string, string | undefined>
    folder: string
    isTerminal: boolean | undefined
  },
): { component: string; json: boolean; nodeArgs: string[] } | null {
  const component = PARTS.get(name)
  if (component === undefined || args.includes('--help')) return null
  const { settings } = checkEnvironment(environment, { root: folder })
  const json = logFormatOf(settings.log.format, isTerminal) === 'json'
  const isBuiltWeb = name === 'web' && !args.includes('--dev')
  const ownHeapMb = getHeapStatistics().heap_size_limit / 2 ** 20
  const { NODE_OPTIONS } = environment
  if (isBuiltWeb) return { component, json, nodeArgs: webHeapArguments(ownHeapMb, NODE_OPTIONS) }
  return json ? { component, json, nodeArgs: name === 'worker' ? workerHeapArguments(NODE_OPTIONS) : [] } : null
}

/**
 * Runs a part as a child that has its arguments, input and signals, and ends with this process. Of a log of JSON every line is one, also
 * what Next, Node and V8 print: a process can't see to that itself, since a warning or a crash of Node goes past its own streams.
 * @param part see {@link partToRun}
 * @param program script: below root
 * @returns exit code; of one that a signal ended 128 and its number, as shells have it
 */
export function runPart(
  { component, json, nodeArgs }: { component: string; json: boolean; nodeArgs: readonly string[] },
  {
    root,
    script,
    args,
    environment,
  }: { root: string; script: string; args: readonly string[]; environment: Record<string, string | undefined> },
): Promise<number> {
  // this process passes lines on for weeks
  setFlagsFromString('--optimize-for-size')
  const output = json ? 'pipe' : 'inherit'
  const child = spawn(process.execPath, programArguments(root, [...nodeArgs, script, ...args]), {
    stdio: ['inherit', output, output, 'pipe'],
    env: {
      ...(component === 'web' || component === 'worker' ? withFewArenas(environment) : environment),
      PEERWATCH_PARENT_FD: '3',
      ...(json && { LOG_FORMAT: 'json' }),
    } as unknown as NodeJS.ProcessEnv,
    // Ctrl-C of a terminal reaches this process alone, and the child once
    detached: true,
  })
  child.stdio[3]?.on('error', () => {}) // it exited
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].on('error', () => {}) // the reader is gone; keep running
    eachLine(child[stream], (line) => process[stream].write(`${jsonLine(component, line, stream)}\n`))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', async (code, signal) => {
      await lastLines(child, LAST_LINES_WITHIN_MS)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
