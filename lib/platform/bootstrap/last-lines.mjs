/** A process that a part started may hold its output for longer than the part lives. */
const WITHIN_MS = 500

/**
 * Waits until all that a child printed has been read: its exit is reported before its last lines are.
 * @param {import('node:child_process').ChildProcess} child that exited; of another, and of one that could not be run, nothing is waited for
 * @param {number} [withinMs] the longest
 */
export async function lastLines(child, withinMs = WITHIN_MS) {
  if ((child.exitCode ?? child.signalCode) === null) return
  const { promise: closed, resolve } = Promise.withResolvers()
  const isOpen = child.stdio.some((stream, i) => (i === 1 || i === 2) && stream && !stream.closed)
  if (!isOpen) return
  child.once('close', resolve)
  const giveUp = setTimeout(resolve, withinMs)
  await closed
  clearTimeout(giveUp)
}
