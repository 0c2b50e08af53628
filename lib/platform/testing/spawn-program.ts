import { type ChildProcess, spawn } from 'node:child_process'
import { findPostgresUser } from '../bootstrap/postgres-files.ts'

/**
 * Starts a program with a minimal environment, as the user of PostgreSQL, because such programs refuse to run as root.
 * It receives SIGTERM when the tests end for any reason. Its output is piped.
 * @param before a command, run as root, that runs the rest in another place, for example on another machine
 */
export function spawnProgram(command: string, args: readonly string[], before: readonly string[] = []): ChildProcess {
  const user = findPostgresUser()
  const as = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []
  const [first = '', ...rest] = [...before, 'setpriv', ...as, '--pdeathsig=TERM', command, ...args]
  return spawn(first, rest, {
    cwd: '/',
    env: { NODE_ENV: 'test', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
