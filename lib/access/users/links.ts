import { randomBytes } from 'node:crypto'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { AccessRequestError } from '../errors.ts'
import { getMinPasswordLength, findPasswordFault } from '../sign-in/passwords.ts'
import { hashSecret } from '../tokens/token-text.ts'
import { parseEmail, insertUser } from './users.ts'

/** Number of hours for which a one-time link is valid. */
export const LINK_HOURS = 24

/**
 * Returns the path of a one-time link. The secret comes after a # (as the fragment of the address), because browsers do
 * not send this part to servers, so that it appears in no log.
 */
const linkPath = (secret: string) => `/sign-in/link#${secret}`

/**
 * Creates a one-time link. Earlier links for the same user become invalid.
 * @param userId the user who can set a password with the link; null = the link is for creating the first admin
 * @returns the path of the link
 */
export async function createOneTimeLink(db: SqlExecutor, userId: string | null): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await runWithPrisma(db, async ({ accessLink }) => {
    await accessLink.deleteMany({ where: { userId } })
    await accessLink.create({
      data: { tokenHash: hashSecret(secret), userId, expiresAt: new Date(Date.now() + LINK_HOURS * MS_PER_HOUR) },
    })
  })
  return linkPath(secret)
}

/** Reports whether no user has the role admin yet. */
export async function isAdminMissing(db: SqlExecutor): Promise<boolean> {
  return (await runWithPrisma(db, ({ accessUser }) => accessUser.count({ where: { role: 'admin' } }))) === 0
}

type LinkPurpose = {
  /** minimum number of characters in the password that is set with the link */
  minLength: number
} & ({ purpose: 'first_admin' } | { purpose: 'password'; email: string })

/** Returns what a one-time link is for; null if the link is unknown, was used or has expired. */
export async function findLinkPurpose(db: SqlExecutor, secret: string): Promise<LinkPurpose | null> {
  const found = await runWithPrisma(db, ({ accessLink }) =>
    accessLink.findUnique({ where: { tokenHash: hashSecret(secret) }, include: { user: true } }),
  )
  if (!found || found.expiresAt.getTime() <= Date.now()) return null
  const minLength = getMinPasswordLength(found.user?.twoFactorEnabled ?? false)
  return found.user
    ? { purpose: 'password', email: found.user.email, minLength }
    : { purpose: 'first_admin', minLength }
}

/**
 * Uses a one-time link to set the user's password, or to create the first admin. All sessions of the user end, so that
 * anyone who knew the previous password is signed out.
 * @returns the id and e-mail address of the user
 * @throws AccessRequestError; AccessConflictError if another user has the e-mail address of the first admin
 */
export async function redeemLink(
  db: Database,
  given: { secret: string; password: string; email?: string | undefined; name?: string | undefined },
): Promise<{ id: string; email: string; isFirstAdmin: boolean }> {
  const { password } = given
  // check the link before hashing the password, because hashing needs a tenth of a second of CPU time
  const purpose = await findLinkPurpose(db.pool, given.secret)
  if (purpose === null) throw new AccessRequestError(VOID)
  const fault = findPasswordFault(password, purpose.minLength)
  if (fault) throw new AccessRequestError(fault)
  const { hashPassword } = await import('better-auth/crypto')
  const hash = await hashPassword(password)
  return db.transaction((client) =>
    runWithPrisma(client, async ({ accessLink, accessUser, accessAccount, accessSession }) => {
      const tokenHash = hashSecret(given.secret)
      const link = await accessLink.findUnique({ where: { tokenHash } })
      // if the link is used twice at the same time, only one request deletes the row, and the other fails
      const { count } = await accessLink.deleteMany({ where: { tokenHash } })
      if (!link || count === 0 || link.expiresAt.getTime() <= Date.now()) throw new AccessRequestError(VOID)
      let { userId } = link
      const isFirstAdmin = userId === null
      if (userId === null) {
        if ((await accessUser.count({ where: { role: 'admin' } })) > 0) throw new AccessRequestError(VOID)
        const email = parseEmail(given.email ?? '')
        userId = await insertUser(accessUser, {
          email,
          name: given.name?.trim() || email,
          role: 'admin',
          scopes: [],
        })
      }
      await accessAccount.deleteMany({ where: { userId, providerId: 'credential' } })
      await accessAccount.create({
        data: {
          id: randomBytes(16).toString('hex'),
          accountId: userId,
          providerId: 'credential',
          userId,
          password: hash,
        },
      })
      await accessSession.deleteMany({ where: { userId } })
      const { email } = await accessUser.findUniqueOrThrow({ where: { id: userId } })
      return { id: userId, email, isFirstAdmin }
    }),
  )
}

const VOID = 'The link was used or has expired. Ask an admin for another, or run npm run access on the server.'
