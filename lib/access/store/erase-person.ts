import { randomBytes } from 'node:crypto'
import { getRegisteredTables } from '#lib/history/index.ts'
import type { Database } from '#lib/platform/database.ts'
import { type DependentToken, listDependentTokens } from './token-authority.ts'
import { parseEmail } from '../users/users.ts'

/**
 * Erases a person: deletes the account, and replaces the person's e-mail address and name by a pseudonym in all stored
 * data, so that the history is kept. This also works for a person without an account here, because Activity Logs
 * contain e-mail addresses of other people. If another user has the same name, the name is kept, except in audit
 * entries that contain the person's user id.
 * @returns the number of changed rows, and the person's tokens, which became invalid
 * @throws AccessRequestError if the text is not an e-mail address
 */
export async function erasePerson(
  db: Database,
  text: string,
): Promise<{ pseudonym: string; rows: number; tokens: DependentToken[] }> {
  const email = parseEmail(text)
  const pseudonym = `erased-${randomBytes(4).toString('hex')}`
  const { rows, tokens } = await db.transaction(async (client) => {
    let changed = 0
    const run = async (statement: string, values: unknown[]) => {
      const { rowCount } = await client.query(statement, values)
      changed += rowCount ?? 0
    }
    const found = await client.query<{ id: string; name: string; isShared: boolean }>(
      `SELECT id, name, EXISTS (SELECT FROM access_user o WHERE o.name = u.name AND o.id <> u.id) AS "isShared"
       FROM access_user u WHERE email = $1`,
      [email],
    )
    const [user] = found.rows
    const names = [email, ...(user && !user.isShared ? [user.name] : [])].map((name) => name.toLowerCase())
    const named = [...getRegisteredTables()].flatMap(([table, { erasure }]) =>
      erasure === 'kept' ? [] : [{ table, ...erasure }],
    )
    for (const { table, signatures = [] } of named)
      for (const column of signatures)
        await run(`UPDATE ${table} SET "${column}" = $1 WHERE lower("${column}") = ANY($2)`, [pseudonym, names])
    if (user) {
      await run('UPDATE audit_entry SET actor = $1 WHERE actor_id = $2 AND actor <> $1', [pseudonym, user.id])
      await run('UPDATE audit_entry SET address = $1 WHERE actor_id = $2 AND address IS NOT NULL', [pseudonym, user.id])
      for (const column of ['before', 'after']) {
        await run(
          `UPDATE audit_entry SET "${column}" = jsonb_set("${column}", '{name}', to_jsonb($1::text)) WHERE subject = $2 AND "${column}" ? 'name'`,
          [pseudonym, user.id],
        )
      }
    }
    // the pattern matches the e-mail address in upper and lower case, but not inside a longer e-mail address
    const literal = email.replaceAll(/[^a-z0-9@_-]/g, (sign) => `\\${sign}`)
    const pattern = `(?<![a-z0-9._%+-])${literal}(?!\\.?[a-z0-9-])`
    for (const { table, texts = {} } of named) {
      for (const [column, type] of Object.entries(texts)) {
        await run(
          `UPDATE ${table} SET "${column}" = regexp_replace("${column}"::text, $1, $2, 'gi')::${type} WHERE "${column}"::text ~* $1`,
          [pattern, pseudonym],
        )
      }
    }
    const ending = user ? await listDependentTokens(client, { userId: user.id }) : []
    await run('DELETE FROM access_user WHERE email = $1', [email])
    return { rows: changed, tokens: ending }
  })
  return { pseudonym, rows, tokens }
}
