import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { SIGN_IN_IDLE_SECONDS } from '../store/credentials.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'

/** A session: one browser in which a user is signed in. */
interface OpenSession {
  id: string
  since: Date
  /** time of the last request, accurate to five minutes */
  lastSeenAt: Date
  /** IP address from which the user signed in; null = unknown */
  address: string | null
  /** user agent of the browser; null = the browser did not send the header */
  userAgent: string | null
}

const inForce = () => ({
  expiresAt: { gt: new Date() },
  updatedAt: { gt: new Date(Date.now() - SIGN_IN_IDLE_SECONDS * 1_000) },
})

/** Returns a user's sessions that have not ended. The session that was used last comes first. */
export async function listSignInSessions(db: SqlExecutor, userId: string): Promise<OpenSession[]> {
  const rows = await runWithPrisma(db, ({ accessSession }) =>
    accessSession.findMany({
      where: { userId, ...inForce() },
      select: { id: true, createdAt: true, updatedAt: true, ipAddress: true, userAgent: true },
      orderBy: [{ updatedAt: 'desc' }, { id: 'asc' }],
    }),
  )
  return rows.map(({ id, createdAt, updatedAt, ipAddress, userAgent }) => ({
    id,
    since: createdAt,
    lastSeenAt: updatedAt,
    address: ipAddress || null,
    userAgent: userAgent || null,
  }))
}

/**
 * Ends sessions of a user at once.
 * @param which one session, or all sessions except one; null = all sessions
 * @returns the number of sessions that ended
 */
export async function endSignInSessions(
  db: SqlExecutor,
  userId: string,
  which: { id: string } | { except: string } | null,
): Promise<number> {
  const id = which === null ? {} : 'id' in which ? { id: which.id } : { id: { not: which.except } }
  const { count } = await runWithPrisma(db, ({ accessSession }) =>
    accessSession.deleteMany({ where: { userId, ...inForce(), ...id } }),
  )
  return count
}
