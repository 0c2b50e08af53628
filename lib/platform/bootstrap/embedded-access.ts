import { type DatabaseRole, DATABASE_ROLES } from './database-roles.ts'
import { buildEmbeddedUrl } from './postgres.ts'
import { readOrCreateSecret } from './secrets.ts'

/**
 * Returns the passwords of the embedded server of a data folder, and a function that returns its addresses. At the
 * first use, the passwords are created.
 * @param dataDir absolute path
 */
export function readEmbeddedAccess(dataDir: string) {
  const superuser = readOrCreateSecret(dataDir, 'postgres-password')
  const passwords: Record<DatabaseRole, string> = {
    owner: readOrCreateSecret(dataDir, 'postgres-owner-password'),
    product: readOrCreateSecret(dataDir, 'postgres-product-password'),
    questions: readOrCreateSecret(dataDir, 'postgres-questions-password'),
  }
  return {
    superuser,
    passwords,
    urlsOn:
      (port: number) =>
      /** @param role without it, the superuser signs in */
      (database: string, role?: DatabaseRole) =>
        role
          ? buildEmbeddedUrl(port, passwords[role], database, DATABASE_ROLES[role])
          : buildEmbeddedUrl(port, superuser, database),
  }
}
