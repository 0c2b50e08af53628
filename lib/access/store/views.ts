import { randomBytes } from 'node:crypto'
import type { SavedView, SavedViewBody } from '../api/index.ts'
import { type RequestCaller, listAccessScopeTexts, isAccessScopeWithin, parseAccessScope } from '#lib/contract/index.ts'
import type { Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'
import { MissingRightError } from '../caller/caller.ts'
import { AccessConflictError, AccessNotFoundError } from '../errors.ts'

/** Maximum number of saved views (named filters of a page) of one user, and of the team. */
const MAX_VIEWS = 200

const SHOWN = `id, page, name, search, CASE WHEN owner_user_id IS NULL THEN 'team' ELSE 'me' END AS "of",
  is_default AS "isDefault", made_by AS "madeBy", scopes`
type Row = SavedView & { scopes: string[] }

/**
 * Returns the id of the user to whom saved views of the caller belong; null for tokens and open access, which cannot
 * have their own views.
 */
const ownerOf = ({ kind, id }: RequestCaller): string | null => (kind === 'person' ? id : null)

/**
 * Returns the caller's own saved views and the team's views, sorted by name. A view of the team is left out if its
 * scope is not within the caller's scope.
 * @param page only views of this page; null = of all pages
 */
export async function listSavedViews(
  db: SqlExecutor,
  caller: RequestCaller,
  page: string | null = null,
): Promise<SavedView[]> {
  const { rows } = await db.query<Row>(
    `SELECT ${SHOWN} FROM saved_view
     WHERE (owner_user_id IS NULL OR owner_user_id = $1) AND ($2::text IS NULL OR page = $2) ORDER BY lower(name), id`,
    [ownerOf(caller), page],
  )
  return rows
    .filter(({ of, scopes }) => of === 'me' || isAccessScopeWithin(parseAccessScope(scopes), caller.scope))
    .map(({ scopes: _, ...view }) => view)
}

/**
 * Returns the query string of the default view of a page. If both the caller and the team have a default view, it is
 * the caller's. Null = there is no default view.
 */
export async function findDefaultSavedViewSearch(
  db: SqlExecutor,
  caller: RequestCaller,
  page: string,
): Promise<string | null> {
  const found = (await listSavedViews(db, caller, page)).filter(({ isDefault }) => isDefault)
  return (found.find(({ of }) => of === 'me') ?? found[0])?.search ?? null
}

/**
 * Saves a view. An existing view of the same page, owner, scope and name is replaced. If the view becomes the default,
 * an existing default view is no longer the default.
 * @throws MissingRightError, AccessConflictError
 */
export async function storeSavedView(db: Database, body: SavedViewBody, caller: RequestCaller): Promise<SavedView> {
  const owner = body.of === 'me' ? ownerOf(caller) : null
  if (owner === null) assertTeam(caller)
  const [{ page, name, search }, scopes] = [body, listAccessScopeTexts(caller.scope)]
  return db.transaction(async (client) => {
    const same = 'page = $1 AND owner_user_id IS NOT DISTINCT FROM $2 AND scopes = $3'
    const { rows: former } = await client.query<Pick<SavedView, 'isDefault'>>(
      `DELETE FROM saved_view WHERE ${same} AND name = $4 RETURNING is_default AS "isDefault"`,
      [page, owner, scopes, name],
    )
    const isDefault = body.isDefault ?? former.some((one) => one.isDefault)
    if (isDefault) await client.query(`UPDATE saved_view SET is_default = false WHERE ${same}`, [page, owner, scopes])
    const { rows } = await client.query<Row>(
      `INSERT INTO saved_view (id, page, name, search, owner_user_id, scopes, made_by, is_default)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8
       WHERE (SELECT count(*) FROM saved_view WHERE owner_user_id IS NOT DISTINCT FROM $5) < ${MAX_VIEWS}
       RETURNING ${SHOWN}`,
      [randomBytes(8).toString('hex'), page, name, search, owner, scopes, caller.name, isDefault],
    )
    if (!rows[0]) throw new AccessConflictError(`There are ${MAX_VIEWS} views: remove one first.`)
    const { scopes: _, ...view } = rows[0]
    return view
  })
}

/**
 * Removes a saved view.
 * @throws AccessNotFoundError, MissingRightError
 */
export async function removeSavedView(db: SqlExecutor, id: string, caller: RequestCaller): Promise<SavedView> {
  const view = (await listSavedViews(db, caller)).find((one) => one.id === id)
  if (!view) throw new AccessNotFoundError('There is no such view.')
  if (view.of === 'team') assertTeam(caller)
  await db.query('DELETE FROM saved_view WHERE id = $1', [id])
  return view
}

/**
 * Checks that the caller has the right `declare`. It is needed for views of the team, as for other data that users
 * enter for the whole team, such as sites and maintenance windows.
 * @throws MissingRightError
 */
function assertTeam({ rights }: RequestCaller): void {
  if (!rights.has('declare')) throw new MissingRightError('declare')
}
