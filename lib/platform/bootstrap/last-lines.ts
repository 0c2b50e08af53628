import type { ChildProcess } from 'node:child_process'

/**
 * Maximum wait for the end of a child's output, in milliseconds. It is limited, because another process that the child
 * started may keep the output open after the child has ended.
 */
const WITHIN_MS = 500

/**
 * Waits until all output of a child has been read, because its exit is reported before its last lines.
 * @param child process that exited; the function returns immediately for a running process or one that could not be
 *   started
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
