import { randomBytes } from 'node:crypto'
import { HOUR } from '#lib/contract/time/time.ts'
import type { Database } from '#lib/platform/database.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { AccessRequestError } from '../errors.ts'
import { minPasswordLength, passwordFault } from '../sign-in/passwords.ts'
import { hashOf } from '../tokens/token-text.ts'
import { checkedEmail, insertUser } from './users.ts'

/** A link is used once, and no later than this. */
export const LINK_HOURS = 24

/** The path that a browser opens with a link's secret: behind the #, so that no server, log or referrer sees it. */
const linkPath = (secret: string) => `/sign-in/link#${secret}`

/**
 * Makes a one-time link; former ones for the same become void.
 * @param userId whose password it sets; null = it makes the first admin
 * @returns its path
 */
export async function makeLink(db: Queryable, userId: string | null): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  await withPrisma(db, async ({ accessLink }) => {
    await accessLink.deleteMany({ where: { userId } })
    await accessLink.create({
      data: { tokenHash: hashOf(secret), userId, expiresAt: new Date(Date.now() + LINK_HOURS * HOUR) },
    })
  })
  return linkPath(secret)
}

/** Whether nobody can sign in yet as admin. */
export async function lacksAdmin(db: Queryable): Promise<boolean> {
  return (await withPrisma(db, ({ accessUser }) => accessUser.count({ where: { role: 'admin' } }))) === 0
}

type LinkPurpose = {
  /** the least characters of the password that it sets */
  minLength: number
} & ({ purpose: 'first_admin' } | { purpose: 'password'; email: string })

/** What a link is for; null = unknown, used or expired. */
export async function linkPurpose(db: Queryable, secret: string): Promise<LinkPurpose | null> {
  const found = await withPrisma(db, ({ accessLink }) =>
    accessLink.findUnique({ where: { tokenHash: hashOf(secret) }, include: { user: true } }),
  )
  if (!found || found.expiresAt.getTime() <= Date.now()) return null
  const minLength = minPasswordLength(found.user?.twoFactorEnabled ?? false)
  return found.user
    ? { purpose: 'password', email: found.user.email, minLength }
    : { purpose: 'first_admin', minLength }
}

/**
 * Uses a link: sets the password, or makes the first admin with it. Whoever knew the former password is signed out.
 * @returns the e-mail address to sign in with
 * @throws AccessRequestError
 */
export async function useLink(
  db: Database,
  given: { secret: string; password: string; email?: string | undefined; name?: string | undefined },
): Promise<{ id: string; email: string; isFirstAdmin: boolean }> {
  const { password } = given
  // hashing takes a tenth of a second of a core, which nobody gets without a link
  const purpose = await linkPurpose(db.pool, given.secret)
  if (purpose === null) throw new AccessRequestError(VOID)
  const fault = passwordFault(password, purpose.minLength)
  if (fault) throw new AccessRequestError(fault)
  const { hashPassword } = await import('better-auth/crypto')
  const hash = await hashPassword(password)
  return db.transaction((client) =>
    withPrisma(client, async ({ accessLink, accessUser, accessAccount, accessSession }) => {
      const tokenHash = hashOf(given.secret)
      const link = await accessLink.findUnique({ where: { tokenHash } })
      // deleting is what only one of two at once can do
      const { count } = await accessLink.deleteMany({ where: { tokenHash } })
      if (!link || count === 0 || link.expiresAt.getTime() <= Date.now()) throw new AccessRequestError(VOID)
      let { userId } = link
      const isFirstAdmin = userId === null
      if (userId === null) {
        if ((await accessUser.count({ where: { role: 'admin' } })) > 0) throw new AccessRequestError(VOID)
        const email = checkedEmail(given.email ?? '')
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
