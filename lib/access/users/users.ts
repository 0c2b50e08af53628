import type { StoredUser } from '../api/index.ts'
import { randomBytes } from 'node:crypto'
import {
  listAccessScopeTexts,
  isAccessScopeWithin,
  parseAccessScope,
  type RequestCaller,
  type Role,
  ROLES,
} from '#lib/contract/index.ts'
import type { Prisma } from '#lib/platform/generated/prisma/client.ts'
import { type PrismaTables, runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { AccessConflictError, AccessRequestError, AccessNotFoundError } from '../errors.ts'
import { type DependentToken, listDependentTokens } from '../store/token-authority.ts'

/**
 * Checks an e-mail address, and returns it in lower case and trimmed.
 * @throws AccessRequestError if it is invalid
 */
export function parseEmail(text: string): string {
  const email = text.trim().toLowerCase()
  if (email.length > 254 || !/^[^\s@<>"]+@[^\s@<>"]{2,}$/.test(email))
    throw new AccessRequestError(`email: ${JSON.stringify(text.slice(0, 100))} is no e-mail address`)
  return email
}

const SHOWN = {
  accounts: { select: { providerId: true } },
  passkeys: { select: { id: true } },
  sessions: { select: { updatedAt: true }, orderBy: { updatedAt: 'desc' }, take: 1 },
} as const satisfies Prisma.AccessUserInclude

function storedUser(row: Prisma.AccessUserGetPayload<{ include: typeof SHOWN }>): StoredUser {
  const { id, email, name, role, scopes, createdAt, accounts, passkeys, sessions } = row
  return {
    id,
    email,
    name,
    role: role as Role | null,
    scopes,
    createdAt,
    signsInBy: accounts.map(({ providerId }) => (providerId === 'credential' ? 'password' : providerId)).toSorted(),
    secondFactor: { app: row.twoFactorEnabled, passkeys: passkeys.length },
    lastSeenAt: sessions[0]?.updatedAt ?? null,
  }
}

/** Returns all users, sorted by e-mail address. */
export async function listUsers(db: SqlExecutor): Promise<StoredUser[]> {
  const rows = await runWithPrisma(db, ({ accessUser }) =>
    accessUser.findMany({ orderBy: { email: 'asc' }, include: SHOWN }),
  )
  return rows.map(storedUser)
}

/**
 * Returns the names of the users to whom the caller can assign an incident. These are users who may acknowledge
 * incidents and whose scope is within the caller's scope. Other users are left out, so that the caller does not learn
 * their names.
 */
export function listPossibleAssignees({ scope }: Pick<RequestCaller, 'scope'>, users: readonly StoredUser[]): string[] {
  const able = users.filter(
    (user) =>
      user.role !== null &&
      ROLES[user.role].rights.includes('acknowledge') &&
      isAccessScopeWithin(parseAccessScope(user.scopes), scope),
  )
  return [...new Set(able.map(({ name, email }) => name || email))].toSorted((a, b) => a.localeCompare(b))
}

/**
 * Returns a user by id.
 * @throws AccessNotFoundError if there is no such user
 */
export async function readUserById(db: SqlExecutor, id: string): Promise<StoredUser> {
  const found = await runWithPrisma(db, ({ accessUser }) => accessUser.findUnique({ where: { id }, include: SHOWN }))
  if (!found) throw new AccessNotFoundError('There is no such user.')
  return storedUser(found)
}

/**
 * Adds a user to the table.
 * @returns the new id
 * @throws AccessConflictError if another user has this e-mail address
 */
export async function insertUser(
  accessUser: PrismaTables['accessUser'],
  user: { email: string; name: string; role: Role | null; scopes: string[] },
): Promise<string> {
  if (await accessUser.findUnique({ where: { email: user.email } }))
    throw new AccessConflictError(`${user.email} is a user already`)
  const id = randomBytes(16).toString('hex')
  await accessUser.create({ data: { id, ...user } })
  return id
}

/**
 * Adds a user who has no password yet. The user sets it with a one-time link.
 * @returns the new id
 * @throws AccessRequestError, AccessConflictError
 */
export async function addUser(
  db: SqlExecutor,
  given: { email: string; name?: string | undefined; role: Role | null; scopes: readonly string[] },
): Promise<string> {
  const email = parseEmail(given.email)
  const scopes = listAccessScopeTexts(parseAccessScope(given.scopes))
  return runWithPrisma(db, ({ accessUser }) =>
    insertUser(accessUser, { email, name: given.name?.trim() || email, role: given.role, scopes }),
  )
}

/**
 * Changes the role and the scopes of a user. The next request of the user is already checked with them.
 * @throws AccessNotFoundError; AccessConflictError if there would be no admin with access to everything
 */
export async function updateUser(
  db: Database,
  id: string,
  given: { role: Role | null; scopes: readonly string[] },
): Promise<void> {
  const scopes = listAccessScopeTexts(parseAccessScope(given.scopes))
  await db.transaction((client) =>
    runWithPrisma(client, async ({ accessUser }) => {
      const { count } = await accessUser.updateMany({
        where: { id },
        data: { role: given.role, scopes, updatedAt: new Date() },
      })
      if (count === 0) throw new AccessNotFoundError('There is no such user.')
      await assertAdmin(accessUser)
    }),
  )
}

/**
 * Removes a user with all sessions and passwords.
 * @returns the user's tokens, which become invalid too
 * @throws AccessNotFoundError; AccessConflictError if there would be no admin with access to everything
 */
export async function removeUser(db: Database, id: string): Promise<DependentToken[]> {
  return db.transaction(async (client) => {
    const tokens = await listDependentTokens(client, { userId: id })
    await runWithPrisma(client, async ({ accessUser }) => {
      const { count } = await accessUser.deleteMany({ where: { id } })
      if (count === 0) throw new AccessNotFoundError('There is no such user.')
      await assertAdmin(accessUser)
    })
    return tokens
  })
}

async function assertAdmin(accessUser: PrismaTables['accessUser']): Promise<void> {
  if ((await accessUser.count({ where: { role: 'admin', scopes: { isEmpty: true } } })) === 0)
    throw new AccessConflictError('Nobody would be admin of everything any more: give another user that role first.')
}

/**
 * Returns the user with this e-mail address.
 * @throws AccessNotFoundError if there is no such user; AccessRequestError if the address is invalid
 */
export async function readUserByEmail(db: SqlExecutor, text: string): Promise<{ id: string; email: string }> {
  const email = parseEmail(text)
  const found = await runWithPrisma(db, ({ accessUser }) => accessUser.findUnique({ where: { email } }))
  if (!found) throw new AccessNotFoundError(`there is no user ${email}`)
  return found
}

/**
 * Checks that a caller does not give a user or token more than the caller has.
 * @throws AccessRequestError if the role has a right that the caller lacks, or if the scope is wider than the caller's
 */
export function assertMayGrant(caller: RequestCaller, given: { role: Role | null; scopes: readonly string[] }): void {
  const lacking = (given.role === null ? [] : ROLES[given.role].rights).find((right) => !caller.rights.has(right))
  if (lacking) throw new AccessRequestError(`role: ${given.role} has the right "${lacking}", which you lack`)
  if (!isAccessScopeWithin(parseAccessScope(given.scopes), caller.scope))
    throw new AccessRequestError('scopes: they reach further than your own; name those that you have')
}
