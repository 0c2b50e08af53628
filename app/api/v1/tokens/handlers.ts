import { assertMayGive, createToken, listTokens, tokenView } from '#lib/access/index.ts'
import { formatScope, isWithin, parseScope } from '#lib/contract/index.ts'
import { databaseBeside } from '#lib/questions/index.ts'
import { aboutNoPoll } from '../../_http/envelope.ts'
import { commandRoute, queryRoute } from '../../_http/handler.ts'

/** The role of questions may not read what is kept of secrets. */
export const GET = queryRoute('tokens', async ({ caller }) => {
  const all = await listTokens(databaseBeside('commands').pool)
  return aboutNoPoll(all.filter(({ scopes }) => isWithin(parseScope(scopes), caller.scope)).map(tokenView))
})

export const POST = commandRoute(
  'createToken',
  async ({ db, body, caller }) => {
    const role = body.role ?? null
    // without a scope it reaches as far as its maker
    const scopes = body.scopes.length > 0 ? body.scopes : formatScope(caller.scope)
    assertMayGive(caller, { role, scopes })
    const expiresAt = body.expiresAt ? new Date(body.expiresAt) : null
    const { token, ...stored } = await createToken(db.pool, {
      ...body,
      role,
      scopes,
      expiresAt,
      maker: caller,
    })
    return { data: { ...tokenView(stored), token } }
  },
  { before: async () => null, after: ({ data: { token: _, ...shown } }) => shown, subject: ({ data }) => data.id },
)
