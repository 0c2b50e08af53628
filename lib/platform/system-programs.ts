import { spawnSync } from 'node:child_process'

/**
 * A program of the system that only tests run, and Debian's package of it. This module imports no packages of npm: bin/test reads it before
 * they are installed.
 */
export interface Program {
  name: string
  /** Debian's */
  package: string
  /** exits with 0 where the program is installed */
  probe: readonly [command: string, ...args: string[]]
  /** what the package starts by itself */
  service?: string
}

export const PGBOUNCER: Program = {
  name: 'pgbouncer',
  package: 'pgbouncer',
  probe: ['/usr/sbin/pgbouncer', '--version'],
  service: 'pgbouncer',
}

/** A mailbox by IMAP. */
export const DOVECOT: Program = {
  name: 'Dovecot',
  package: 'dovecot-imapd',
  probe: ['/usr/sbin/dovecot', '--version'],
  service: 'dovecot',
}

/** A cluster of PostgreSQL servers. The embedded server lacks pg_basebackup, pg_rewind and pg_controldata, which Patroni calls. */
export const PATRONI: readonly Program[] = [
  { name: 'Patroni', package: 'patroni', probe: ['/usr/bin/patroni', '--version'], service: 'patroni' },
  { name: 'etcd', package: 'etcd-server', probe: ['/usr/bin/etcd', '--version'], service: 'etcd' },
  {
    name: 'PostgreSQL with pg_rewind',
    package: 'postgresql',
    probe: ['/bin/sh', '-c', 'exec "$(ls /usr/lib/postgresql/*/bin/pg_rewind | tail -n 1)" --version'],
    service: 'postgresql',
  },
]

/** The first line of what the program says of itself; null where it is not installed. */
export function programVersion({ probe: [command, ...args] }: Program): string | null {
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8', timeout: 10_000 })
  return status === 0 ? (`${stdout}${stderr}`.trim().split('\n')[0] ?? '') : null
}

export const isAbsent = (program: Program): boolean => programVersion(program) === null
