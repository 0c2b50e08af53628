import type { Database } from '#lib/platform/database.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { AccessConflictError, AccessNotFoundError } from '../errors.ts'
import { createOneTimeLink } from './links.ts'

interface SecondFactor {
  /** true = a sign-in with a password also requires a code from the user's authenticator app, or a recovery code */
  app: boolean
  /** the user's passkeys, oldest first */
  passkeys: { id: string; name: string; createdAt: Date }[]
}

/**
 * Returns a user's second factors: whether there is an authenticator app, and the passkeys.
 * @throws AccessNotFoundError
 */
export async function readSecondFactor(db: SqlExecutor, userId: string): Promise<SecondFactor> {
  const found = await runWithPrisma(db, ({ accessUser }) =>
    accessUser.findUnique({
      where: { id: userId },
      select: {
        twoFactorEnabled: true,
        passkeys: { select: { id: true, name: true, createdAt: true }, orderBy: { createdAt: 'asc' } },
      },
    }),
  )
  if (!found) throw new AccessNotFoundError('There is no such user.')
  const passkeys = found.passkeys.map(({ name, ...key }) => ({ ...key, name: name || 'passkey' }))
  return { app: found.twoFactorEnabled, passkeys }
}

/** Returns the second factors of a user in the form that the audit log stores. */
export const formatSecondFactor = ({ app, passkeys }: SecondFactor) => ({
  app,
  passkeys: passkeys.map(({ id, name }) => ({ id, name })),
})

/**
 * Removes all second factors of a user who has lost them: the authenticator app, the recovery codes and the passkeys.
 * The password is removed too, because it may be too short for use without a second factor. The user is signed out, and
 * must set a new password with the returned one-time link.
 * @returns the path of the one-time link
 * @throws AccessNotFoundError; AccessConflictError if the user has no second factor
 */
export async function resetSecondFactor(db: Database, userId: string): Promise<string> {
  return db.transaction(async (client) => {
    const { app, passkeys } = await readSecondFactor(client, userId)
    if (!app && passkeys.length === 0)
      throw new AccessConflictError(
        'This user has no second factor here. Users of OpenID Connect have their second factor at the provider.',
      )
    await runWithPrisma(client, async (tables) => {
      const where = { userId }
      await tables.accessTwoFactor.deleteMany({ where })
      await tables.accessPasskey.deleteMany({ where })
      await tables.accessAccount.deleteMany({ where: { userId, providerId: 'credential' } })
      await tables.accessSession.deleteMany({ where })
      await tables.accessUser.update({
        where: { id: userId },
        data: { twoFactorEnabled: false, updatedAt: new Date() },
      })
    })
    return createOneTimeLink(client, userId)
  })
}
