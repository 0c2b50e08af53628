import { z } from 'zod'
import { dateCodec, ACCESS_RIGHTS, ROLE_NAMES, requestInstantSchema } from '#lib/contract/index.ts'
import { accessScopesSchema, requestAccessScopesSchema } from '#lib/contract/access/sent-scopes.ts'

const role = z.enum(ROLE_NAMES)
const name = z.string().trim().max(200)

const scopesGiven = requestAccessScopesSchema.describe(
  'subscription:<id> and customer:<name>; empty = everything that you may see',
)

/** Maximum number of days for which a token is valid. */
export const MAX_TOKEN_DAYS = 365

const tokenKinds = ['api', 'wall'] as const
export const apiTokenSchema = z.object({
  id: z.string(),
  kind: z.enum(tokenKinds).describe('api = for a program; wall = for one wall display, which may read only /wall'),
  name: z.string(),
  role: role.nullable().describe('null for the token of a wall display'),
  scopes: accessScopesSchema,
  createdBy: z.string().describe('name of the user who created it, at that time'),
  owner: z
    .object({
      kind: z.enum(['user', 'token', 'server']).describe('server = the command npm run access on the server'),
      id: z.string().nullable().describe('id of the user or token; null = the server'),
      name: z.string(),
    })
    .nullable()
    .describe(
      'user or token that owns it. It never has more rights or scope than its owner and ends with the owner; null = created before tokens had owners: replace it',
    ),
  createdAt: dateCodec,
  expiresAt: dateCodec
    .nullable()
    .describe('null = never, because it was created before tokens had an expiry; replace it'),
  lastUsedAt: dateCodec.nullable().describe('accurate to five minutes; null = not used yet'),
  suspendedSince: dateCodec
    .nullable()
    .describe(
      'the token is refused since then. It works again after its owner, or the owner of the token that created it, signs in by OpenID Connect; null = not suspended',
    ),
})
export type ApiToken = z.infer<typeof apiTokenSchema>
export type StoredToken = z.input<typeof apiTokenSchema>

export const createdTokenSchema = apiTokenSchema.extend({
  token: z.string().describe('returned only once; Peerwatch stores only its hash'),
})

export const tokenBodySchema = z.strictObject({
  kind: z.enum(tokenKinds).default('api'),
  name: name.optional().describe('purpose of the token'),
  role: role.nullish().describe('absent for the token of a wall display'),
  scopes: scopesGiven.default([]),
  expiresAt: requestInstantSchema
    .nullish()
    .describe(
      `at most ${MAX_TOKEN_DAYS} days from now, and not later than the expiry of the token that creates it; absent or null = the latest possible time`,
    ),
})

export const userSchema = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: role.nullable().describe('null = no role: the user can sign in but sees nothing'),
  scopes: accessScopesSchema,
  createdAt: dateCodec,
  signsInBy: z.array(z.string()).describe('password, oidc; empty = the user has not chosen a password yet'),
  secondFactor: z
    .object({
      app: z.boolean().describe('whether a sign-in by password also requires a code of an authenticator app'),
      passkeys: z.number().int().describe('number of passkeys with which the user can sign in'),
    })
    .describe(
      'second factors stored in Peerwatch. For users who sign in by OpenID Connect, only the provider knows the second factor',
    ),
  lastSeenAt: dateCodec.nullable().describe('last use of an open session; null = no open session'),
})
export type UserAccount = z.infer<typeof userSchema>
export type StoredUser = z.input<typeof userSchema>

const grant = { role: role.nullable(), scopes: scopesGiven.default([]) }
export const newUserBodySchema = z.strictObject({ email: z.string().max(254), name: name.optional(), ...grant })
export const userBodySchema = z.strictObject(grant)
export const oneTimeLinkSchema = z.object({
  link: z.string().describe('one-time link with which the user chooses a password; valid for 24 hours'),
})

export const accountSchema = z.object({
  kind: z.enum(['person', 'token', 'wall', 'open']),
  name: z.string(),
  role: role.nullable(),
  rights: z.array(z.enum(ACCESS_RIGHTS)),
  scopes: accessScopesSchema,
})

export const auditEntrySchema = z.object({
  id: z.string(),
  at: dateCodec,
  actor: z.string(),
  actorKind: z
    .string()
    .describe(
      'person, token, open; unknown = before sign-in; command = npm run access on the server; channel = in the service of a notification channel',
    ),
  action: z
    .string()
    .describe(
      'name of the operation in OpenAPI, or signIn, refuseSignIn (once in 15 minutes for each step, account and network), signOut, changePassword, enableSecondFactor, disableSecondFactor, makeRecoveryCodes, addPasskey, removePasskey, endToken, addFirstAdmin, choosePassword, erasePerson',
    ),
  subject: z.string().describe("id of the changed object; '' = the deployment"),
  subjectName: z
    .string()
    .nullable()
    .describe(
      'name of the changed object, or its last name in the audit log if it was removed; null = the deployment, or unknown',
    ),
  before: z.unknown().describe('changed fields before the change; null = the object did not exist'),
  after: z.unknown().describe('changed fields after the change; null = the object no longer exists'),
  address: z.string().nullable().describe('network address of the request; null = on the server'),
})
export type AuditEntry = z.infer<typeof auditEntrySchema>
