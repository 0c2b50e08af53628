import { spawn } from 'node:child_process'
import { requestGuardProcessExit, buildGuardedArguments } from './guard.ts'
import { StepError } from './progress.ts'

/**
 * Numbers of characters of a failed program's output that an error message contains: HEAD_CHARACTERS from the beginning
 * and TAIL_CHARACTERS from the end. npm prints the cause of a failure at the beginning, and builds print it at the end.
 */
const HEAD_CHARACTERS = 1_500
const TAIL_CHARACTERS = 2_500
/** Exit codes with which a shell reports that it could not run a program. */
const NOT_RUN = [126, 127]

/**
 * Runs a program until it ends. Its output is not printed; if it fails, the error contains parts of the output. The
 * program and its children end if this process ends.
 * @returns standard output
 */
export function runCommandAndReturnStdout(
  command: string,
  args: string[],
  {
    cwd,
    env = process.env,
    what,
    advice,
    signal,
    onLine,
  }: {
    cwd: string
    env?: Record<string, string | undefined>
    /** name of the program in the error message, for example "npm ci" */
    what?: string
    /** text that tells the user what to do if the program fails */
    advice?: string
    /** signal that ends the program and all its children */
    signal?: AbortSignal
    /** called with each complete line of the output, without surrounding spaces; blank lines are left out */
    onLine?: (line: string) => void
  },
): Promise<string> {
  return new Promise((resolve, reject) => {
    const name = what ?? command
    if (signal?.aborted) return reject(new StepError(`${name} was not run: stopping`))
    const child = spawn('/bin/sh', buildGuardedArguments('TERM -- "-$$"', [command, ...args]), {
      cwd,
      env: env as NodeJS.ProcessEnv,
      stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
      detached: true,
    })
    requestGuardProcessExit(child)
    let output = ''
    let head = ''
    let tail = ''
    let partial = ''
    const onData = (chunk: Buffer) => {
      const text = String(chunk)
      const room = HEAD_CHARACTERS - head.length
      head += text.slice(0, room)
      const rest = tail + text.slice(room)
      tail = rest.length > TAIL_CHARACTERS ? `\n...\n${rest.slice(-TAIL_CHARACTERS)}` : rest
      const lines = (partial + chunk).split('\n')
      partial = lines.pop() ?? ''
      for (const line of lines) if (line.trim() !== '') onLine?.(line.trim())
    }
    child.stdout?.on('data', (chunk) => {
      output += chunk
      onData(chunk)
    })
    child.stderr?.on('data', onData)
    const abort = () => endGroup(child.pid)
    signal?.addEventListener('abort', abort)
    child.on('error', (error) => {
      signal?.removeEventListener('abort', abort)
      reject(new StepError(`${name} could not be run: ${error.message}`, { advice }))
    })
    child.on('close', (code, killedBy) => {
      signal?.removeEventListener('abort', abort)
      if (code === 0) return resolve(output)
      if (NOT_RUN.includes(code ?? 0))
        return reject(new StepError(`${name} could not be run: ${tail || head}`.trim(), { advice }))
      const how = killedBy ? `was ended by ${killedBy}` : `ended with exit code ${code}`
      reject(new StepError(`${name} ${how}`, { advice, output: head + tail }))
    })
  })
}

/**
 * Sends SIGTERM to all processes of a group.
 * @param pid id of the group's leader; undefined = nothing is done
 */
function endGroup(pid: number | undefined) {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGTERM')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
