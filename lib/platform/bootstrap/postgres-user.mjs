import { spawnSync } from 'node:child_process'

/** @typedef {{ name: string, uid: number, gid: number }} SystemUser */

/**
 * PostgreSQL refuses to run as root, so root runs it as another user: `postgres` if it exists or can be created, otherwise
 * `nobody`.
 * @returns {SystemUser | null} null when the current user can run it
 */
export function postgresUser() {
  if (process.getuid?.() !== 0) return null
  const existing = lookUp('postgres')
  if (existing) return existing
  const made = spawnSync('useradd', [
    '--system',
    '--no-create-home',
    '--shell',
    '/usr/sbin/nologin',
    '--user-group',
    'postgres',
  ])
  if (made.status !== 0) spawnSync('adduser', ['-S', '-D', '-H', 'postgres'])
  const user = lookUp('postgres') ?? lookUp('nobody')
  if (user) return user
  throw new Error(
    'PostgreSQL does not run as root, and no user "postgres" could be created: create one (useradd --system postgres), start as another user, or set DATABASE_URL',
  )
}

/**
 * @param {string} name
 * @returns {SystemUser | null}
 */
function lookUp(name) {
  const [uid, gid] = ['-u', '-g'].map((flag) => {
    const found = spawnSync('id', [flag, name], { encoding: 'utf8' })
    return found.status === 0 ? Number.parseInt(found.stdout, 10) : Number.NaN
  })
  return uid !== undefined && gid !== undefined && uid > 0 && gid >= 0 ? { name, uid, gid } : null
}

/**
 * Whether `user` can enter a folder. The system decides, not the mode bits: ACLs, groups and mounts count too.
 * @param {SystemUser | null} user null = the current user
 * @param {string} folder
 */
export function canEnter(user, folder) {
  const probe = spawnSync('/bin/sh', ['-c', 'cd "$1"', 'sh', folder], {
    cwd: '/',
    stdio: 'ignore',
    ...(user ? { uid: user.uid, gid: user.gid } : {}),
  })
  return probe.status === 0
}
