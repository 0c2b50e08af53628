import { beforeAll, expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { addUser, removeUser } from '../users/users.ts'
import { ACCESS_COMMAND_ACTOR, listAuditEntries, recordAuditEntry } from './audit.ts'

const db = withTestDatabase()
const AT = '2026-11-20T03:00:00Z'
const ARM_ID = '/subscriptions/s/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/ckt-lon'
let [ada, eve] = ['', '']

beforeAll(async () => {
  await addUser(db.pool, { email: 'root@example.com', role: 'admin', scopes: [] })
  ada = await addUser(db.pool, { email: 'ada@example.com', name: 'Ada', role: 'viewer', scopes: [] })
  eve = await addUser(db.pool, { email: 'eve@example.com', role: 'viewer', scopes: [] })
  await db.pool.query(
    `WITH r AS (INSERT INTO resource (short_id, arm_key, arm_id, type, name, subscription_id)
       VALUES ('cktlon', lower($2), $2, 't', 'ckt-lon', 's') RETURNING id),
     s AS (INSERT INTO source (resource_id, subresource) SELECT id, '' FROM r RETURNING id)
     INSERT INTO event (id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, detected_at, evidence, causes, flags)
     SELECT 'e1', id, 'e1', 'path_down', 'major', 'cktlon', 'primary', $1, $1, $1, '[]', '[]', '{}' FROM s`,
    [AT, ARM_ID],
  )
  await db.pool.query(
    `INSERT INTO incident (id, key, scope, root, severity, started_earliest, started_latest, opened_at)
     VALUES ('i1', 'i1', 'cktlon', 'e1', 'major', $1, $1, $1)`,
    [AT],
  )
  await db.pool.query(
    `INSERT INTO cost_decision (id, circuit_id, at, by, decided, why) VALUES ('d1', 'cktlon', $1, 'Ada', 'stay', '')`,
    [AT],
  )
})

const nameOf = async (subject: string) => {
  await recordAuditEntry(db.pool, ACCESS_COMMAND_ACTOR, {
    action: 'a',
    subject,
    before: null,
    after: null,
    address: null,
  })
  return (await listAuditEntries(db.pool, { before: null, limit: 1 }))[0]?.subjectName
}

it.each([
  ['a circuit', () => 'cktlon', 'ckt-lon'],
  ['a circuit by its ARM id', () => ARM_ID.toUpperCase(), 'ckt-lon'],
  ['a user, by address', () => ada, 'ada@example.com'],
  ['an incident, by what it began with', () => 'i1', 'Path down: ckt-lon'],
  ['a decision', () => 'd1', 'Decision about ckt-lon'],
  ['a check', () => 'bgp_on_both_paths:cktlon', expect.stringMatching(/: ckt-lon$/)],
  ['what is not known', () => 'unknown', null],
  ['the deployment', () => '', null],
])('names %s', async (_, subject, name) => {
  expect(await nameOf(subject())).toEqual(name)
})

it('names what is gone as the audit did last', async () => {
  await recordAuditEntry(db.pool, ACCESS_COMMAND_ACTOR, {
    action: 'removeUser',
    subject: eve,
    before: { email: 'eve@example.com', name: 'Eve' },
    after: null,
    address: null,
  })
  await removeUser(db, eve)
  expect(await nameOf(eve)).toBe('eve@example.com')
})
