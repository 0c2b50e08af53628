import { readAuditPage } from './audit/audit-page.ts'
import { commands, endpoints, userSchema } from './api/index.ts'
import {
  AccessNotFoundError,
  buildAccountResponse,
  addUser,
  assertMayGrant,
  updateUser,
  createToken,
  endSignInSessions,
  listTokens,
  listUsers,
  createOneTimeLink,
  recordEndedTokens,
  removeUser,
  resetSecondFactor,
  revokeToken,
  readSecondFactor,
  formatSecondFactor,
  readTokenById,
  readUserById,
} from './index.ts'
import { freezePageAnswers } from './pages/freeze-page-answers.ts'
import { saveSnapshot, listSnapshots, revokeSnapshot } from './store/snapshots.ts'
import { listSavedViews, removeSavedView, storeSavedView } from './store/views.ts'
import { listAccessScopeTexts, isAccessScopeWithin, parseAccessScope } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import {
  WholeDeploymentError,
  wrapResponseWithoutPolls,
  publishAccessChange,
  defineFeatureCapability,
  getDatabaseForUse,
  encodeWithSchema,
} from '#lib/questions/index.ts'
import { accessTables } from './store/tables.ts'

/** Returns a user in the form that the audit log stores. */
const shownUser = async ({ db, id }: { db: Database; id: string }) =>
  encodeWithSchema(userSchema, await readUserById(db.pool, id))

export const accessCapability = defineFeatureCapability({
  endpoints,
  tables: accessTables,
  answers: {
    account: ({ caller }) => wrapResponseWithoutPolls(buildAccountResponse(caller)),
    /**
     * Queries with the database role for commands, because the role for read queries has no access to the table with
     * token hashes.
     */
    tokens: async ({ caller }) => {
      const all = await listTokens(getDatabaseForUse('commands').pool)
      return wrapResponseWithoutPolls(
        all.filter(({ scopes }) => isAccessScopeWithin(parseAccessScope(scopes), caller.scope)),
      )
    },
    /**
     * Queries with the database role for commands, because the role for read queries has no access to the tables for
     * sign-in.
     */
    users: async ({ caller }) => {
      if (caller.scope !== 'everything') throw new WholeDeploymentError()
      return wrapResponseWithoutPolls(await listUsers(getDatabaseForUse('commands').pool))
    },
    audit: ({ parameters, caller }) => readAuditPage(caller, parameters),
    views: async ({ caller }) =>
      wrapResponseWithoutPolls(await listSavedViews(getDatabaseForUse('commands').pool, caller)),
    /**
     * Queries with the database role for commands, because the role for read queries has no access to the table with
     * snapshot secrets.
     */
    snapshots: async ({ caller }) =>
      wrapResponseWithoutPolls(await listSnapshots(getDatabaseForUse('commands').pool, caller)),
  },
  commands,
  work: {
    saveView: {
      scope: 'itself',
      work: async ({ db, body, caller }) => ({ data: await storeSavedView(db, body, caller) }),
      audit: {
        after: ({ data }) => data,
        subject: ({ data }) => data.id,
        isPrivate: ({ data }) => data.of === 'me',
      },
    },
    removeView: {
      scope: 'itself',
      work: async ({ db, id, caller }) => ({ data: await removeSavedView(db.pool, id, caller) }),
      audit: {
        before: async ({ db, id, caller }) =>
          (await listSavedViews(db.pool, caller)).find((view) => view.id === id) ?? null,
        after: () => null,
        isPrivate: ({ data }) => data.of === 'me',
      },
    },
    // this command needs no check of the scope, because its queries run with the caller's scope, so that the snapshot
    // contains only data that the caller may see
    createSnapshot: {
      scope: 'itself',
      work: async ({ db, body, caller, ask }) => ({
        data: await saveSnapshot(db.pool, { ...(await freezePageAnswers(body, ask)), maker: caller }),
      }),
      audit: {
        after: ({ data: { token: _, ...shown } }) => shown,
        subject: ({ data }) => data.id,
      },
    },
    revokeSnapshot: {
      scope: 'itself',
      work: async ({ db, id, caller }) => ({ data: await revokeSnapshot(db.pool, id, caller) }),
      audit: { after: ({ data: { title } }) => ({ title, revoked: true }) },
    },
    // these commands need no further check of the scope: a new token has at most the scope of the caller, and a caller
    // can revoke a token only if its scope is within the caller's scope
    createToken: {
      scope: 'itself',
      work: async ({ db, body, caller }) => {
        const role = body.role ?? null
        // if the request contains no scopes, the token gets the scope of the caller
        const scopes = body.scopes.length > 0 ? body.scopes : listAccessScopeTexts(caller.scope)
        assertMayGrant(caller, { role, scopes })
        const expiresAt = body.expiresAt ? new Date(body.expiresAt) : null
        return { data: await createToken(db.pool, { ...body, role, scopes, expiresAt, maker: caller }) }
      },
      audit: {
        after: ({ data: { token: _, ...shown } }) => shown,
        subject: ({ data }) => data.id,
      },
    },
    revokeToken: {
      scope: 'itself',
      work: async ({ db, id, caller, address }) => {
        const { scopes } = await readTokenById(db.pool, id)
        if (!isAccessScopeWithin(parseAccessScope(scopes), caller.scope))
          throw new AccessNotFoundError('There is no such token.')
        const { token, dependent } = await revokeToken(db.pool, id)
        await recordEndedTokens(db.pool, { actor: caller, address }, token.name, dependent)
        await publishAccessChange(db.pool)
        return { data: token }
      },
      audit: { after: () => ({ revoked: true }) },
    },
    addUser: {
      scope: 'whole',
      work: async ({ db, body, caller }) => {
        assertMayGrant(caller, body)
        return db.transaction(async (client) => {
          const id = await addUser(client, body)
          return { data: { id, link: await createOneTimeLink(client, id) } }
        })
      },
      audit: {
        after: (_, { body }) => body,
        subject: ({ data }) => data.id,
      },
    },
    changeUser: {
      scope: 'whole',
      work: async ({ db, id, body, caller }) => {
        // the caller must have all rights and the whole scope of the user, both before and after the change
        assertMayGrant(caller, await readUserById(db.pool, id))
        assertMayGrant(caller, body)
        await updateUser(db, id, body)
        await publishAccessChange(db.pool)
        return { data: await readUserById(db.pool, id) }
      },
      audit: { before: shownUser, after: ({ data }) => data },
    },
    removeUser: {
      scope: 'whole',
      work: async ({ db, id, caller, address }) => {
        const userSchema = await readUserById(db.pool, id)
        assertMayGrant(caller, userSchema)
        await recordEndedTokens(db.pool, { actor: caller, address }, userSchema.email, await removeUser(db, id))
        await publishAccessChange(db.pool)
        return { data: { id } }
      },
      audit: { before: shownUser, after: () => null },
    },
    linkUser: {
      scope: 'whole',
      work: async ({ db, id, caller }) => {
        // a person with the link can sign in as this user, so the caller must have at least the user's rights and scope
        assertMayGrant(caller, await readUserById(db.pool, id))
        return { data: { link: await createOneTimeLink(db.pool, id) } }
      },
      audit: { after: () => null },
    },
    resetSecondFactor: {
      scope: 'whole',
      work: async ({ db, id, caller }) => {
        // a person with the link can sign in as this user, so the caller must have at least the user's rights and scope
        assertMayGrant(caller, await readUserById(db.pool, id))
        const link = await resetSecondFactor(db, id)
        await publishAccessChange(db.pool)
        return { data: { link } }
      },
      audit: {
        before: async ({ db, id }) => formatSecondFactor(await readSecondFactor(db.pool, id)),
        after: () => null,
      },
    },
    endSessions: {
      scope: 'whole',
      work: async ({ db, id, caller }) => {
        assertMayGrant(caller, await readUserById(db.pool, id))
        const ended = await endSignInSessions(db.pool, id, null)
        await publishAccessChange(db.pool)
        return { data: { ended } }
      },
      audit: { after: ({ data }) => data },
    },
  },
})
