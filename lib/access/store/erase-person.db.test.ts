import { describe, expect, it } from 'vitest'
import { getRegisteredTables } from '#lib/history/index.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { AccessRequestError } from '../errors.ts'
import { erasePerson } from './erase-person.ts'
import { addUser, listUsers } from '../users/users.ts'

const ADA = 'ada.b@example.com'
const AT = '2026-11-20T03:00:00Z'

describe('what names a person', () => {
  const db = withTestDatabase()
  const decided = async () => (await db.pool.query('SELECT id, by, why FROM cost_decision ORDER BY id')).rows

  it('names a pseudonym afterwards, and nobody else is touched', async () => {
    await addUser(db.pool, { email: ADA, name: 'Ada B', role: 'admin', scopes: [] })
    await addUser(db.pool, { email: `grand${ADA}`, name: 'Grandada', role: 'viewer', scopes: [] })
    await db.pool.query(
      `INSERT INTO cost_decision (id, circuit_id, at, by, decided, why) VALUES
         ('a', 'ckt', $1, 'ada b', 'stay', 'Asked Ada.B@example.com. She agrees.'),
         ('b', 'ckt', $1, 'Grandada', 'stay', 'Asked <ada.b@example.com>, grandada.b@example.com and ada.b@example.com.au'),
         ('c', 'ckt', $1, 'somebody', 'stay', 'Asked adaxb@example.com')`,
      [AT],
    )
    await db.pool.query(
      `INSERT INTO audit_entry (actor_kind, actor_id, actor, action, subject, after, address)
       VALUES ('person', (SELECT id FROM access_user WHERE email = $1), 'Ada Before', 'addUser', '', $2, '127.0.0.1'),
         ('person', 'somebody', 'Somebody', 'addUser', (SELECT id FROM access_user WHERE email = $1), $3, '127.0.0.2')`,
      [ADA, JSON.stringify({ email: ADA }), JSON.stringify({ email: ADA, name: 'Ada B', role: 'admin' })],
    )
    const { pseudonym } = await erasePerson(db, ` ${ADA.toUpperCase()} `)
    expect(await decided()).toEqual([
      { id: 'a', by: pseudonym, why: `Asked ${pseudonym}. She agrees.` },
      {
        id: 'b',
        by: 'Grandada',
        why: `Asked <${pseudonym}>, grandada.b@example.com and ada.b@example.com.au`,
      },
      { id: 'c', by: 'somebody', why: 'Asked adaxb@example.com' },
    ])
    const { rows } = await db.pool.query('SELECT actor, after, address FROM audit_entry ORDER BY id')
    expect(rows).toEqual([
      { actor: pseudonym, after: { email: pseudonym }, address: pseudonym },
      {
        actor: 'Somebody',
        after: { email: pseudonym, name: pseudonym, role: 'admin' },
        address: '127.0.0.2',
      },
    ])
    expect((await listUsers(db.pool)).map(({ email }) => email)).toEqual([`grand${ADA}`])
  })

  it('is in no cause of an event and no memory of detection, where it called a change', async () => {
    const causes = [{ class: 'configuration_change', nextStep: 'Ask lin@example.com about it.' }]
    const source = '(SELECT id FROM source)'
    await db.pool.query(
      `WITH r AS (INSERT INTO resource (short_id, arm_key, arm_id, type, name, subscription_id, first_present, last_present)
         VALUES ('r', 'r', 'r', 'r', 'r', 'r', $1, $1) RETURNING id)
       INSERT INTO source (resource_id, subresource) SELECT id, '' FROM r`,
      [AT],
    )
    await db.pool.query(
      `INSERT INTO event (id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, detected_at, evidence, causes, flags)
       VALUES ('e', ${source}, 'e', 'path_down', 'major', 'ckt', 's', $1, $1, $1, $2, $2, '{}')`,
      [AT, JSON.stringify(causes)],
    )
    await db.pool.query(`INSERT INTO detection_scope (scope, state) VALUES ('ckt', $1)`, [
      JSON.stringify({ logged: causes }),
    ])
    const { pseudonym } = await erasePerson(db, 'lin@example.com')
    const named = [{ ...causes[0], nextStep: `Ask ${pseudonym} about it.` }]
    const { rows } = await db.pool.query('SELECT evidence, causes, state FROM event JOIN detection_scope USING (scope)')
    expect(rows).toEqual([{ evidence: named, causes: named, state: { logged: named } }])
  })

  it('is left where another person has the same name', async () => {
    await addUser(db.pool, { email: 'max@example.com', name: 'Grandada', role: 'viewer', scopes: [] })
    await erasePerson(db, 'max@example.com')
    expect((await decided()).map(({ by }) => by)).toContain('Grandada')
  })

  it('is in no notice, calendar, report of Azure, computation or shared page', async () => {
    const eve = 'eve@example.com'
    await db.pool.query(
      `INSERT INTO unread_notice (id, received_at, sender, subject, excerpt, reason, state, changed_by, changed_at)
       VALUES ('n', $1, $2, $3, $3, $3, 'handled', $2, $1)`,
      [AT, eve, `of ${eve}`],
    )
    await db.pool.query(
      `INSERT INTO calendar (id, name, content, about, scopes, paths, saved_by, saved_at, problems)
       VALUES ('c', 'c', $3, 'everything', '{}', '{}', $2, $1, to_jsonb($3::text))`,
      [AT, eve, `ORGANIZER:mailto:${eve}`],
    )
    await db.pool.query(
      `INSERT INTO calendar_window (calendar_id, key, title, from_at, to_at, scopes, paths, is_shown_only, recurring)
       VALUES ('c', 'k', $2, $1, $1, '{}', '{}', false, false)`,
      [AT, `of ${eve}`],
    )
    await db.pool.query(
      `INSERT INTO double_loss_run (audience, scope, seen, hidden, state, requested_at, requested_by) VALUES ('', '{}', '{}', '{}', 'queued', $1, $2)`,
      [AT, eve],
    )
    await db.pool.query(`INSERT INTO azure_report (scope, asked_at, asked_by) VALUES ('g', $1, $2)`, [AT, eve])
    await db.pool.query(
      `INSERT INTO snapshot (id, token_hash, page, search, title, scopes, made_by, expires_at, body)
       VALUES ('s', 'h', '/incidents', '', $1, '{}', $1, now() + interval '1 day', $2)`,
      [eve, JSON.stringify({ ackedBy: eve })],
    )
    const { pseudonym } = await erasePerson(db, eve)
    const { rows } = await db.pool.query(
      `SELECT sender, subject, excerpt, reason, changed_by, content, problems, saved_by, calendar_window.title, requested_by, asked_by, snapshot.title AS page, made_by, snapshot.body
       FROM unread_notice, calendar, calendar_window, double_loss_run, azure_report, snapshot`,
    )
    const of = `of ${pseudonym}`
    const page = [pseudonym, pseudonym, JSON.stringify({ ackedBy: pseudonym })]
    const mail = `ORGANIZER:mailto:${pseudonym}`
    expect(rows.map((row) => Object.values(row))).toEqual([
      [pseudonym, of, of, of, pseudonym, mail, mail, pseudonym, of, pseudonym, pseudonym, ...page],
    ])
  })

  it('is erased from every column whose name says that it holds a person', async () => {
    const { rows } = await db.pool.query<{ table: string; column: string }>(
      `SELECT table_name AS "table", column_name AS "column" FROM information_schema.columns JOIN information_schema.tables USING (table_schema, table_name)
       WHERE table_schema = 'public' AND table_type = 'BASE TABLE' AND data_type = 'text'
         AND column_name ~ '(^|_)(by|actor|caller|assignee|sender|author)$'`,
    )
    const registered = getRegisteredTables()
    const missed = rows.filter(({ table, column }) => {
      const erasure = registered.get(table)?.erasure
      return erasure === undefined || erasure === 'kept' || !erasure.signatures?.includes(column)
    })
    expect(rows.length).toBeGreaterThan(20)
    expect(missed).toEqual([])
  })

  it('is asked for by an address', () => expect(erasePerson(db, 'Ada')).rejects.toBeInstanceOf(AccessRequestError))
})
