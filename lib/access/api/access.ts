import { z } from 'zod'
import { date, RIGHTS, ROLE_NAMES, sentInstant } from '#lib/contract/index.ts'
import { scopes, sentScopes } from '#lib/contract/access/sent-scopes.ts'

const role = z.enum(ROLE_NAMES)
const name = z.string().trim().max(200)

const scopesGiven = sentScopes.describe('subscription:<id> and customer:<name>; empty = everything that you see')

/** Maximum number of days for which a token is valid. */
export const MAX_TOKEN_DAYS = 365

const tokenKinds = ['api', 'wall'] as const
export const apiToken = z.object({
  id: z.string(),
  kind: z.enum(tokenKinds).describe('api = for programs; wall = for one screen, which reads /wall and nothing else'),
  name: z.string(),
  role: role.nullable().describe('null = a wall, which has none'),
  scopes,
  createdBy: z.string().describe('the name of who made it, at that time'),
  owner: z
    .object({
      kind: z.enum(['user', 'token', 'server']).describe('server = npm run access, for nobody'),
      id: z.string().nullable().describe('of the user or token; null = the server'),
      name: z.string(),
    })
    .nullable()
    .describe(
      'its owner: it carries no more than he has, and goes with him; null = made before tokens had owners: replace it',
    ),
  createdAt: date,
  expiresAt: date.nullable().describe('null = never: made before tokens had an end; replace it'),
  lastUsedAt: date.nullable().describe('to within five minutes; null = not yet'),
  suspendedSince: date
    .nullable()
    .describe(
      'it is refused since then, until its owner, or the owner of the token that made it, signs in by OpenID Connect; null = it is not suspended',
    ),
})
export type ApiToken = z.infer<typeof apiToken>
export type StoredToken = z.input<typeof apiToken>

export const createdToken = apiToken.extend({
  token: z.string().describe('shown this once; Peerwatch keeps only its hash'),
})

export const tokenBody = z.strictObject({
  kind: z.enum(tokenKinds).default('api'),
  name: name.optional().describe('what it is for'),
  role: role.nullish().describe('left out for a wall'),
  scopes: scopesGiven.default([]),
  expiresAt: sentInstant
    .nullish()
    .describe(
      `at most ${MAX_TOKEN_DAYS} days from now, and no later than the token that makes it; left out or null = as late as that`,
    ),
})

export const user = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role: role.nullable().describe('null = none: signed in, and sees nothing'),
  scopes,
  createdAt: date,
  signsInBy: z.array(z.string()).describe('password, oidc; empty = no password was chosen yet'),
  secondFactor: z
    .object({
      app: z.boolean().describe('a sign-in by password asks for a code of an authenticator app as well'),
      passkeys: z.number().int().describe('how many passkeys sign him in'),
    })
    .describe('what he has here beside a password; of who signs in by OpenID Connect only the provider knows it'),
  lastSeenAt: date.nullable().describe('last use of an open session; null = none is open'),
})
export type User = z.infer<typeof user>
export type StoredUser = z.input<typeof user>

const grant = { role: role.nullable(), scopes: scopesGiven.default([]) }
export const newUserBody = z.strictObject({ email: z.string().max(254), name: name.optional(), ...grant })
export const userBody = z.strictObject(grant)
export const oneTimeLink = z.object({
  link: z.string().describe('opens once, within 24 hours, and lets the user choose a password'),
})

export const account = z.object({
  kind: z.enum(['person', 'token', 'wall', 'open']),
  name: z.string(),
  role: role.nullable(),
  rights: z.array(z.enum(RIGHTS)),
  scopes,
})

export const auditEntry = z.object({
  id: z.string(),
  at: date,
  actor: z.string(),
  actorKind: z
    .string()
    .describe(
      'person, token, open; unknown = before anybody signed in; command = npm run access on the server; channel = at its vendor',
    ),
  action: z
    .string()
    .describe(
      'the operation as OpenAPI names it, or signIn, refuseSignIn (once in 15 minutes for each step, account and network), signOut, changePassword, enableSecondFactor, disableSecondFactor, makeRecoveryCodes, addPasskey, removePasskey, endToken, addFirstAdmin, choosePassword, erasePerson',
    ),
  subject: z.string().describe("the id of what was changed; '' = the deployment"),
  subjectName: z
    .string()
    .nullable()
    .describe('its name, or the last one in the audit if it is gone; null = the deployment, or not known'),
  before: z.unknown().describe('what differs, as it was; null = nothing was there'),
  after: z.unknown().describe('what differs, as it became; null = nothing is there'),
  address: z.string().nullable().describe('where the request came from; null = on the server'),
})
export type AuditEntry = z.infer<typeof auditEntry>
