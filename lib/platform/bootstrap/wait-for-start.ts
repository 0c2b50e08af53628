import type { ChildProcess } from 'node:child_process'
import { StepError } from './progress.ts'

/**
 * Default time limit for the start of a process (START_WITHIN), in milliseconds. It is several times the time that a
 * busy machine needs.
 */
export const MAX_START_MS = 5 * 60_000

const MORE_MACHINE = 'give this machine more CPU or memory, or end what else keeps it busy, then start again'

/** Returns an error that tells how a child process ended during its start and what the user can do. */
function exitOf(code: number | null, signal: string | null): StepError {
  if (signal === 'SIGKILL') {
    return new StepError('it exited (SIGKILL)', {
      advice: `the kernel does that where no memory is left, which its log says (dmesg): ${MORE_MACHINE}`,
    })
  }
  return new StepError(`it exited (${signal ?? `code ${code}`})`, {
    advice:
      'correct what its last lines say, then start again; if they do not say enough, start again with LOG_LEVEL=debug',
  })
}

/**
 * Waits until `work` resolves, while a child process starts (ADR 0256). The wait ends with an error if the child ends
 * or the time limit has passed.
 * @param work resolves when the child is ready; its signal is aborted when the wait ends
 * @throws StepError with advice if the child ended or the time limit has passed; errors of `work`
 */
export async function waitForStart<T>(
  child: ChildProcess,
  work: (signal: AbortSignal) => Promise<T>,
  withinMs = MAX_START_MS,
): Promise<T> {
  const waiting = new AbortController()
  const { promise: givenUp, reject } = Promise.withResolvers<never>()
  const exited = (code: number | null, signal: string | null) => reject(exitOf(code, signal))
  const failed = ({ message }: Error) => reject(new StepError(`it could not be run: ${message}`))
  child.once('exit', exited)
  child.once('error', failed)
  if ((child.exitCode ?? child.signalCode ?? null) !== null) exited(child.exitCode, child.signalCode)
  const timer = setTimeout(() => {
    const advice = `start again with LOG_LEVEL=debug: its last lines say what it waits for (a database, a disk or an address that does not answer); where this machine is slow, with a longer START_WITHIN`
    reject(new StepError(`it was not up after ${withinMs / 1_000} s`, { advice }))
  }, withinMs)
  try {
    return await Promise.race([work(waiting.signal), givenUp])
  } finally {
    clearTimeout(timer)
    child.off('exit', exited)
    child.off('error', failed)
    waiting.abort()
  }
}
