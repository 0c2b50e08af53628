import { randomBytes } from 'node:crypto'
import { formatScope, parseScope, type Role } from '#lib/contract/index.ts'
import { withPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { Queryable } from '#lib/platform/queryable.ts'
import { AccessRequestError, UnknownAccessError } from '../errors.ts'
import { hashOf, makeToken } from './token-text.ts'

export interface StoredToken {
  id: string
  kind: 'api' | 'wall'
  name: string
  role: Role | null
  scopes: string[]
  createdBy: string
  createdAt: Date
  /** null = never */
  expiresAt: Date | null
  /** to within five minutes; null = not yet */
  lastUsedAt: Date | null
}

const SHOWN = {
  id: true,
  kind: true,
  name: true,
  role: true,
  scopes: true,
  createdBy: true,
  createdAt: true,
  expiresAt: true,
  lastUsedAt: true,
} as const

/**
 * Makes a token.
 * @param given role: null for a wall, and only for one
 * @returns `token` is known to nobody afterwards
 * @throws AccessRequestError
 */
export async function createToken(
  db: Queryable,
  given: {
    kind: 'api' | 'wall'
    name?: string | undefined
    role: Role | null
    scopes: readonly string[]
    expiresAt: Date | null
    createdBy: string
  },
): Promise<StoredToken & { token: string }> {
  const { kind, role, expiresAt, createdBy } = given
  if (kind === 'api' && role === null) throw new AccessRequestError('role: missing; a token for programs has one')
  if (kind === 'wall' && role !== null) throw new AccessRequestError('role: a wall has none; leave it out')
  if (expiresAt !== null && expiresAt.getTime() <= Date.now())
    throw new AccessRequestError('expiresAt: it is in the past')
  const token = makeToken()
  const data = {
    id: randomBytes(8).toString('hex'),
    tokenHash: hashOf(token),
    kind,
    name: given.name?.trim() || (kind === 'wall' ? 'wall' : `${role} token`),
    role,
    scopes: formatScope(parseScope(given.scopes)),
    createdBy,
    expiresAt,
  }
  const stored = await withPrisma(db, ({ accessToken }) => accessToken.create({ data, select: SHOWN }))
  return { ...(stored as StoredToken), token }
}

/** Tokens that were not revoked, newest first; expired ones are among them. */
export async function listTokens(db: Queryable): Promise<StoredToken[]> {
  const rows = await withPrisma(db, ({ accessToken }) =>
    accessToken.findMany({
      where: { revokedAt: null },
      select: SHOWN,
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    }),
  )
  return rows as StoredToken[]
}

/** A token that was not revoked. @throws UnknownAccessError */
export async function tokenById(db: Queryable, id: string): Promise<StoredToken> {
  const row = await withPrisma(db, ({ accessToken }) =>
    accessToken.findFirst({ where: { id, revokedAt: null }, select: SHOWN }),
  )
  if (!row) throw new UnknownAccessError('There is no such token.')
  return row as StoredToken
}

/** Ends a token at once. @throws UnknownAccessError */
export async function revokeToken(db: Queryable, id: string): Promise<StoredToken> {
  const [row] = await withPrisma(db, ({ accessToken }) =>
    accessToken.updateManyAndReturn({
      where: { id, revokedAt: null },
      data: { revokedAt: new Date() },
      select: SHOWN,
    }),
  )
  if (!row) throw new UnknownAccessError('There is no such token.')
  return row as StoredToken
}
