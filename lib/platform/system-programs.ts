import { spawnSync } from 'node:child_process'

/**
 * Program of the operating system that only tests need, and its Debian package. This module imports no npm packages,
 * because bin/test reads it before they are installed.
 */
export interface SystemProgram {
  name: string
  /** name of the Debian package */
  package: string
  /** command that exits with 0 if the program is installed */
  probe: readonly [command: string, ...args: string[]]
  /** service that the package starts automatically when it is installed */
  service?: string
}

export const PGBOUNCER_PROGRAM: SystemProgram = {
  name: 'pgbouncer',
  package: 'pgbouncer',
  probe: ['/usr/sbin/pgbouncer', '--version'],
  service: 'pgbouncer',
}

/** IMAP mailbox server. */
export const DOVECOT_PROGRAM: SystemProgram = {
  name: 'Dovecot',
  package: 'dovecot-imapd',
  probe: ['/usr/sbin/dovecot', '--version'],
  service: 'dovecot',
}

/**
 * Programs for a cluster of PostgreSQL servers. A separate PostgreSQL is needed, because the embedded one lacks
 * pg_basebackup, pg_rewind and pg_controldata, which Patroni runs.
 */
export const PATRONI_PROGRAMS: readonly SystemProgram[] = [
  { name: 'Patroni', package: 'patroni', probe: ['/usr/bin/patroni', '--version'], service: 'patroni' },
  { name: 'etcd', package: 'etcd-server', probe: ['/usr/bin/etcd', '--version'], service: 'etcd' },
  {
    name: 'PostgreSQL with pg_rewind',
    package: 'postgresql',
    probe: ['/bin/sh', '-c', 'exec "$(ls /usr/lib/postgresql/*/bin/pg_rewind | tail -n 1)" --version'],
    service: 'postgresql',
  },
]

/** Returns the first line of the version that a program prints; null if the program is not installed. */
export function readProgramVersion({ probe: [command, ...args] }: SystemProgram): string | null {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? (`${stdout}${stderr}`.trim().split('\n')[0] ?? '') : null
}

export const isProgramMissing = (program: SystemProgram): boolean => readProgramVersion(program) === null
