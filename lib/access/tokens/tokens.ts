import { randomBytes } from 'node:crypto'
import { MAX_TOKEN_DAYS, type StoredToken } from '../api/index.ts'
import { listAccessScopeTexts, parseAccessScope } from '#lib/contract/index.ts'
import { MS_PER_DAY } from '#lib/contract/time/time.ts'
import type { Prisma } from '#lib/platform/generated/prisma/client.ts'
import { runWithPrisma } from '#lib/platform/prisma/with-prisma.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { type AuditActor, recordAuditEntry } from '../audit/audit.ts'
import { AccessRequestError, AccessNotFoundError } from '../errors.ts'
import {
  type DependentToken,
  listDependentTokens,
  revokeWithDescendants,
  listSuspendedTokens,
} from '../store/token-authority.ts'
import { hashSecret, generateAccessTokenText } from './token-text.ts'

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
  ownerKind: true,
  ownerUser: { select: { id: true, name: true, email: true } },
  ownerToken: { select: { id: true, name: true } },
} as const satisfies Prisma.AccessTokenSelect

function storedToken(
  { ownerKind, ownerUser, ownerToken, ...row }: Prisma.AccessTokenGetPayload<{ select: typeof SHOWN }>,
  suspended?: ReadonlyMap<string, Date>,
): StoredToken {
  return {
    ...(row as Omit<StoredToken, 'owner' | 'suspendedSince'>),
    owner: ownerOf({ ownerKind, ownerUser, ownerToken }),
    suspendedSince: suspended?.get(row.id) ?? null,
  }
}

function ownerOf(row: {
  ownerKind: string | null
  ownerUser: { id: string; name: string; email: string } | null
  ownerToken: { id: string; name: string } | null
}): StoredToken['owner'] {
  const { ownerKind, ownerUser, ownerToken } = row
  if (ownerUser) return { kind: 'user', id: ownerUser.id, name: ownerUser.name || ownerUser.email }
  if (ownerToken) return { kind: 'token', ...ownerToken }
  return ownerKind === 'server' ? { kind: 'server', id: null, name: 'the server' } : null
}

/**
 * Number of milliseconds by which a requested expiry may exceed the maximum. A client that requests the maximum may
 * exceed it slightly, because its clock is ahead, or because it computed the expiry some time before the server checks
 * it.
 */
const LATE_MS = 300_000

/**
 * Creates a token. The token belongs to its maker: it never has more rights than the maker has at the time of its use,
 * and it ends together with the maker.
 * @param given `role`: required for API tokens, null for wall tokens. `expiresAt`: null = the latest possible time,
 * which is in {@link MAX_TOKEN_DAYS} days, or earlier if a token makes this token and expires earlier. `maker`: a user,
 * a token, or a command on the server (then the token belongs to the server). `owner`: id of a user to whom the token
 * belongs instead of its maker.
 * @returns `token` is not stored and cannot be read again
 * @throws AccessRequestError
 */
export async function createToken(
  db: SqlExecutor,
  given: Pick<StoredToken, 'kind' | 'role' | 'expiresAt'> & {
    name?: string | undefined
    scopes: readonly string[]
    maker: AuditActor
    owner?: string | undefined
  },
): Promise<StoredToken & { token: string }> {
  const { kind, role, maker } = given
  if (kind === 'api' && role === null) throw new AccessRequestError('role: missing; a token for programs has one')
  if (kind === 'wall' && role !== null) throw new AccessRequestError('role: a wall has none; leave it out')
  const token = generateAccessTokenText()
  const data = {
    id: randomBytes(8).toString('hex'),
    tokenHash: hashSecret(token),
    kind,
    name: given.name?.trim() || (kind === 'wall' ? 'wall' : `${role} token`),
    role,
    scopes: listAccessScopeTexts(parseAccessScope(given.scopes)),
    createdBy: maker.name,
    ...ownership(maker, given.owner),
  }
  const stored = await runWithPrisma(db, async ({ accessToken }) => {
    const parent =
      maker.kind === 'token' ? await accessToken.findUniqueOrThrow({ where: { id: maker.id }, select: SHOWN }) : null
    const expiresAt = endOf(given.expiresAt, parent?.expiresAt ?? null)
    return accessToken.create({ data: { ...data, expiresAt }, select: SHOWN })
  })
  return { ...storedToken(stored), token }
}

function ownership({ kind, id }: AuditActor, owner: string | undefined) {
  if (owner !== undefined) return { ownerKind: 'user', ownerUserId: owner }
  if (kind === 'person') return { ownerKind: 'user', ownerUserId: id }
  if (kind === 'token') return { ownerKind: 'token', ownerTokenId: id }
  return { ownerKind: 'server' }
}

/**
 * Returns the expiry of a new token.
 * @param asked the requested expiry; null = the latest possible time
 * @param parent expiry of the token that makes the new token; null = it is not made by a token
 * @throws AccessRequestError
 */
function endOf(asked: Date | null, parent: Date | null): Date {
  const longest = new Date(Date.now() + MAX_TOKEN_DAYS * MS_PER_DAY)
  if (asked === null) return parent !== null && parent < longest ? parent : longest
  if (asked.getTime() <= Date.now()) throw new AccessRequestError('expiresAt: it is in the past')
  if (parent !== null && asked > parent)
    throw new AccessRequestError(`expiresAt: no later than your own token ends, ${parent.toISOString()}`)
  if (asked.getTime() > longest.getTime() + LATE_MS)
    throw new AccessRequestError(`expiresAt: a token lasts no longer than ${MAX_TOKEN_DAYS} days`)
  return asked
}

/** Returns all tokens that were not revoked, newest first. Expired tokens are included. */
export async function listTokens(db: SqlExecutor): Promise<StoredToken[]> {
  const rows = await runWithPrisma(db, ({ accessToken }) =>
    accessToken.findMany({
      where: { revokedAt: null },
      select: SHOWN,
      orderBy: [{ createdAt: 'desc' }, { id: 'asc' }],
    }),
  )
  const suspended = await listSuspendedTokens(db)
  return rows.map((row) => storedToken(row, suspended))
}

/**
 * Returns a token by id.
 * @throws AccessNotFoundError if it does not exist or was revoked
 */
export async function readTokenById(db: SqlExecutor, id: string): Promise<StoredToken> {
  const row = await runWithPrisma(db, ({ accessToken }) =>
    accessToken.findFirst({ where: { id, revokedAt: null }, select: SHOWN }),
  )
  if (!row) throw new AccessNotFoundError('There is no such token.')
  return storedToken(row, await listSuspendedTokens(db))
}

/**
 * Revokes a token and all tokens that were made from it, directly or indirectly. The revocation applies immediately.
 * @returns the token, and the other tokens that were revoked
 * @throws AccessNotFoundError
 */
export async function revokeToken(
  db: SqlExecutor,
  id: string,
): Promise<{ token: StoredToken; dependent: DependentToken[] }> {
  const token = await readTokenById(db, id)
  const dependent = await listDependentTokens(db, { tokenId: id })
  await revokeWithDescendants(db, id)
  return { token, dependent }
}

/**
 * Adds an entry to the audit log for each token that ended together with its owner. With it, users can find out why a
 * token no longer works.
 * @param owner name of the owner, as users see it
 */
export async function recordEndedTokens(
  db: SqlExecutor,
  by: { actor: AuditActor; address: string | null },
  owner: string,
  tokens: readonly DependentToken[],
): Promise<void> {
  for (const { id, ...token } of tokens)
    await recordAuditEntry(db, by.actor, {
      action: 'endToken',
      subject: id,
      before: { ...token, endedWith: null },
      after: { endedWith: owner },
      address: by.address,
    })
}
