import { type ChildProcess, spawn } from 'node:child_process'
import { postgresUser } from '../bootstrap/postgres-files.ts'

/**
 * Starts a program as the user that PostgreSQL runs as, because it refuses to run as root, with an environment of its own. It is asked to end
 * (SIGTERM) when the tests end, whatever ends them. Its output is piped.
 * @param before a command that runs what follows it, as root: another machine
 */
export function spawnProgram(command: string, args: readonly string[], before: readonly string[] = []): ChildProcess {
  const user = postgresUser()
  const as = user ? [`--reuid=${user.uid}`, `--regid=${user.gid}`, '--clear-groups'] : []
  const [first = '', ...rest] = [...before, 'setpriv', ...as, '--pdeathsig=TERM', command, ...args]
  return spawn(first, rest, {
    cwd: '/',
    env: { NODE_ENV: 'test', PATH: '/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C.UTF-8', TZ: 'UTC' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
}
