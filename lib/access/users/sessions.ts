import type { Queryable } from '#lib/platform/queryable.ts'
import { IDLE_SECONDS } from '../store/credentials.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'

/** A browser in which somebody is signed in. */
interface OpenSession {
  id: string
  since: Date
  /** to within five minutes */
  lastSeenAt: Date
  /** null = unknown */
  address: string | null
  /** what the browser says of itself; null = nothing */
  userAgent: string | null
}

const inForce = () => ({
  expiresAt: { gt: new Date() },
  updatedAt: { gt: new Date(Date.now() - IDLE_SECONDS * 1_000) },
})

/** The sessions of a user that have not ended, last used first. */
export async function listOpenSessions(db: Queryable, userId: string): Promise<OpenSession[]> {
  const rows = await withPrisma(db, ({ accessSession }) =>
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
 * Signs a user out at once.
 * @param which one session, or all but one; null = all
 * @returns how many sessions ended
 */
export async function endSessions(
  db: Queryable,
  userId: string,
  which: { id: string } | { except: string } | null,
): Promise<number> {
  const id = which === null ? {} : 'id' in which ? { id: which.id } : { id: { not: which.except } }
  const { count } = await withPrisma(db, ({ accessSession }) =>
    accessSession.deleteMany({ where: { userId, ...inForce(), ...id } }),
  )
  return count
}
