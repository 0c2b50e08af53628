import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { getHeapStatistics, setFlagsFromString } from 'node:v8'
import { checkEnvironment } from '../environment.ts'
import { callForEachLine } from './each-line.ts'
import { toJsonLogLine } from './json-line.ts'
import { waitForLastLines } from './last-lines.ts'
import { chooseLogFormat } from './progress.ts'
import { buildProgramArguments } from './programs.mjs'
import { buildWebHeapArguments, limitMallocArenas, buildWorkerHeapArguments } from './process-memory.ts'

/** Programs in the folder bin that run until they are stopped. The value is the component name in their log lines. */
const PARTS = new Map([
  ['web', 'web'],
  ['worker', 'worker'],
  ['bmp', 'bmp'],
  ['simulate', 'simulator'],
])

/**
 * Maximum wait in milliseconds for the last output of the child after it has ended. It is longer than usual, because no
 * other process waits for this process.
 */
const LAST_LINES_WITHIN_MS = 1_000

/**
 * Returns how a manually started program must be run so that it behaves as under `npm start`: with a JSON log if
 * required, and with a limited heap.
 * @param name name of a program in bin
 * @param given folder: folder that contains `.env`
 * @returns null = no child process is needed: neither a JSON log nor a limited heap is required, the program is not in
 *   {@link PARTS}, or the user requested only its help
 */
export function planProgramRun(
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
  const json = chooseLogFormat(settings.log.format, isTerminal) === 'json'
  const isBuiltWeb = name === 'web' && !args.includes('--dev')
  const ownHeapMb = getHeapStatistics().heap_size_limit / 2 ** 20
  const { NODE_OPTIONS } = environment
  if (isBuiltWeb) return { component, json, nodeArgs: buildWebHeapArguments(ownHeapMb, NODE_OPTIONS) }
  return json ? { component, json, nodeArgs: name === 'worker' ? buildWorkerHeapArguments(NODE_OPTIONS) : [] } : null
}

/**
 * Runs a program as a child process with the arguments, input and signals of this process. The child ends if this
 * process ends. For a JSON log, each line that Next.js, Node.js or V8 prints is converted to a log entry. Only a parent
 * process can do this, because Node.js prints warnings and crashes without using the output streams of the program.
 * @param part result of {@link planProgramRun}
 * @param program script: path relative to root
 * @returns exit code; 128 plus the number of the signal that ended the child, as in shells
 */
export function runProgramAsChild(
  { component, json, nodeArgs }: { component: string; json: boolean; nodeArgs: readonly string[] },
  {
    root,
    script,
    args,
    environment,
  }: { root: string; script: string; args: readonly string[]; environment: Record<string, string | undefined> },
): Promise<number> {
  // this process runs for weeks and only forwards lines, so it should use little memory
  setFlagsFromString('--optimize-for-size')
  const output = json ? 'pipe' : 'inherit'
  const child = spawn(process.execPath, buildProgramArguments(root, [...nodeArgs, script, ...args]), {
    stdio: ['inherit', output, output, 'pipe'],
    env: {
      ...(component === 'web' || component === 'worker' ? limitMallocArenas(environment) : environment),
      PEERWATCH_PARENT_FD: '3',
      ...(json && { LOG_FORMAT: 'json' }),
    } as unknown as NodeJS.ProcessEnv,
    // the child has its own process group. Therefore Ctrl-C reaches only this process, which forwards the signal, and
    // the child gets the signal only once
    detached: true,
  })
  child.stdio[3]?.on('error', () => {}) // the child has exited
  for (const stream of ['stdout', 'stderr'] as const) {
    process[stream].on('error', () => {}) // the output can no longer be written, because its reader has ended; the program continues
    callForEachLine(child[stream], (line) => process[stream].write(`${toJsonLogLine(component, line, stream)}\n`))
  }
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal))
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', async (code, signal) => {
      await waitForLastLines(child, LAST_LINES_WITHIN_MS)
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]))
    })
  })
}
