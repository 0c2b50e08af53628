import type { ChildProcess } from 'node:child_process'

/** A process that a part started may hold its output for longer than the part lives. */
const WITHIN_MS = 500

/**
 * Waits until all that a child printed has been read: its exit is reported before its last lines are.
 * @param child that exited; of another, and of one that could not be run, nothing is waited for
 * @param withinMs the longest
 */
export async function lastLines(child: ChildProcess, withinMs: number = WITHIN_MS) {
  if ((child.exitCode ?? child.signalCode) === null) return
  const { promise: closed, resolve } = Promise.withResolvers()
  const isOpen = child.stdio.some((stream, i) => (i === 1 || i === 2) && stream && !stream.closed)
  if (!isOpen) return
  child.once('close', resolve)
  const giveUp = setTimeout(resolve, withinMs)
  await closed
  clearTimeout(giveUp)
}
