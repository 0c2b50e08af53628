import type { ChildProcess } from 'node:child_process'

/**
 * Maximum wait for the end of a child's output, in milliseconds. It is limited, because another process that the child
 * started may keep the output open after the child has ended.
 */
const WITHIN_MS = 500

/**
 * Waits until the remaining output of a child that exited has been read, because Node.js reports the exit before the
 * last lines.
 * @param child child process; for a running process, or for a process that could not be started, the function returns
 *   immediately
 * @param withinMs maximum wait, in milliseconds
 */
export async function waitForLastLines(child: ChildProcess, withinMs: number = WITHIN_MS) {
  if ((child.exitCode ?? child.signalCode) === null) return
  const { promise: closed, resolve } = Promise.withResolvers()
  const isOpen = child.stdio.some((stream, i) => (i === 1 || i === 2) && stream && !stream.closed)
  if (!isOpen) return
  child.once('close', resolve)
  const giveUp = setTimeout(resolve, withinMs)
  await closed
  clearTimeout(giveUp)
}
