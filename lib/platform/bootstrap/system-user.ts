import { spawnSync } from 'node:child_process'

export type SystemUser = { name: string; uid: number; gid: number }

/**
 * Returns a user of this system. If the user is missing and the current user is root, creates it without the
 * possibility to log in.
 * @returns null if the user neither exists nor can be created
 */
export function ensureSystemUser(name: string): SystemUser | null {
  const existing = findSystemUser(name)
  if (existing) return existing
  const made = spawnSync('useradd', [
    '--system',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    '--user-group',
    name,
  ])
  if (made.status !== 0) spawnSync('adduser', ['-S', '-D', '-H', name])
  return findSystemUser(name)
}

export function findSystemUser(name: string): SystemUser | null {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const found = spawnSync('id', [flag, name], { encoding: 'utf8' })
    return found.status === 0 ? Number.parseInt(found.stdout, 10) : Number.NaN
  })
  return uid !== undefined && gid !== undefined && uid > 0 && gid >= 0 ? { name, uid, gid } : null
}

/**
 * Reports whether a user can enter a folder. A process of that user tries it, because not only the mode bits decide,
 * but also ACLs, groups and mounts.
 * @param user null = the current user
 */
export function canEnterFolder(user: SystemUser | null, folder: string) {
  return asUser(user, 'cd "$1"', [folder]).status === 0
}

/**
 * Returns the first of the files and folders that the user cannot read (a folder must also be enterable); null if the
 * user can read all. If no program can be run as that user, it returns a text that tells this.
 */
export function findFirstUnreadable(user: SystemUser, paths: readonly string[]): string | null {
  const script = 'for f do [ -r "$f" ] && { [ ! -d "$f" ] || [ -x "$f" ]; } || { printf %s "$f"; exit 1; }; done'
  const probe = asUser(user, script, paths)
  return probe.status === 0 ? null : probe.stdout || 'anything: the system does not let root become another user'
}

function asUser(user: SystemUser | null, script: string, parameters: readonly string[]) {
  return spawnSync('/bin/sh', ['-c', script, 'sh', ...parameters], {
    cwd: '/',
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  })
}
