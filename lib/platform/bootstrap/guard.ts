import type { ChildProcess } from 'node:child_process'
import type { Socket } from 'node:net'

/**
 * Returns the arguments of `/bin/sh` that run a program which must end if its parent is killed. The shell first starts
 * a guard process. If the pipe on descriptor 3 closes without the word `done`, the parent is gone, and the guard sends
 * the signal to the program. The guard is not a child of the program, because PostgreSQL does not handle child
 * processes that it did not start.
 * @param signal arguments of `kill`; `$$` is the process id of the program
 */
export function buildGuardedArguments(signal: string, command: readonly string[]): string[] {
  const script = `
( ( IFS= read -r word <&3 || word=gone; [ "$word" = done ] || kill -s ${signal} ) </dev/null >/dev/null 2>&1 & )
exec 3<&-
exec "$@"
`
  return ['-c', script, 'sh', ...command]
}

/**
 * Makes the guard process of a program end when the program exits.
 * @param child the program, with a pipe as descriptor 3
 */
export function requestGuardProcessExit(child: ChildProcess): void {
  const guard = child.stdio[3] as Socket
  guard.on('error', () => guard.destroy()) // the guard has exited already
  child.once('exit', () => guard.end('done\n'))
}
