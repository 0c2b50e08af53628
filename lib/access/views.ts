import type { ApiToken, User } from './api/index.ts'
import { type Caller, formatScope } from '#lib/contract/index.ts'

import type { StoredToken } from './tokens/tokens.ts'
import type { StoredUser } from './users/users.ts'

export const tokenView = ({ id, kind, name, role, scopes, createdBy, owner, ...times }: StoredToken): ApiToken => ({
  id,
  kind,
  name,
  role,
  scopes,
  createdBy,
  owner,
  createdAt: times.createdAt.toISOString(),
  expiresAt: times.expiresAt?.toISOString() ?? null,
  lastUsedAt: times.lastUsedAt?.toISOString() ?? null,
  suspendedSince: times.suspendedSince?.toISOString() ?? null,
})

export const userView = ({ createdAt, lastSeenAt, ...user }: StoredUser): User => ({
  ...user,
  createdAt: createdAt.toISOString(),
  lastSeenAt: lastSeenAt?.toISOString() ?? null,
})

export const accountView = ({ kind, name, role, rights, scope }: Caller) => ({
  kind,
  name,
  role,
  rights: [...rights],
  scopes: formatScope(scope),
})
