import { ROLES } from './database-roles.mjs'
import { embeddedUrl } from './postgres.mjs'
import { readOrCreateSecret } from './secrets.mjs'

/** @typedef {import('./database-roles.mjs').Role} Role */

/**
 * How to sign in at the embedded server of a data folder: its passwords, made on first use.
 * @param {string} dataDir absolute
 */
export function embeddedAccess(dataDir) {
  const superuser = readOrCreateSecret(dataDir, 'postgres-password')
  /** @type {Record<Role, string>} */
  const passwords = {
    owner: readOrCreateSecret(dataDir, 'postgres-owner-password'),
    product: readOrCreateSecret(dataDir, 'postgres-product-password'),
    questions: readOrCreateSecret(dataDir, 'postgres-questions-password'),
  }
  return {
    superuser,
    passwords,
    /** @param {number} port */
    urlsOn:
      (port) =>
      /** @param {string} database @param {Role} [role] default the superuser */
      (database, role) =>
        role ? embeddedUrl(port, passwords[role], database, ROLES[role]) : embeddedUrl(port, superuser, database),
  }
}
