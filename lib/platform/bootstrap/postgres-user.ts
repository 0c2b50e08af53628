import { lookUp, type SystemUser, systemUser } from './system-user.ts'

/**
 * PostgreSQL refuses to run as root, so root runs it as another user: `postgres` if it exists or can be created, otherwise
 * `nobody`.
 * @returns null when the current user can run it
 */
export function postgresUser(): SystemUser | null {
  if (process.getuid?.() !== 0) return null
  const user = systemUser('postgres') ?? lookUp('nobody')
  if (user) return user
  throw new Error(
    'PostgreSQL does not run as root, and no user "postgres" could be created: create one (useradd --system postgres), start as another user, or set DATABASE_URL',
  )
}
