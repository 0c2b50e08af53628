import { cpSync, mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { isAdminMissing, createOneTimeLink, createSignInGate, redeemLink } from '#lib/access/index.ts'
import { resolveOwnPage } from '#components/access/auth-client.ts'
import { readCurrentSettings, readCurrentDeclarations } from '#lib/history/index.ts'
import { listChannels, createSecretBox } from '#lib/notify/index.ts'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import { applyMigrations } from '#lib/platform/migrations/index.ts'
import { createTestDatabase } from '#lib/platform/testing/database.ts'
import { getCircuit } from '#lib/circuits/answers/index.ts'
import { getIncident } from '#lib/incidents/answers/index.ts'

/** Migrations of this version. The test upgrades a database from before sign-in existed. */
const MIGRATIONS = path.resolve(import.meta.dirname, '../../prisma/migrations')
const ACCESS = '20260302000000_access'
const secrets = createSecretBox('a key of the test, long enough')
const SUBSCRIPTION = '0a000000-0000-4000-8000-000000000001'
const CIRCUIT = `/subscriptions/${SUBSCRIPTION}/resourceGroups/rg/providers/Microsoft.Network/expressRouteCircuits/ckt-ams`
const WALL_TOKEN = `pw_${'w'.repeat(43)}`

let db: Database
let drop: () => Promise<void>
let folder: string
type Rows = Record<string, Record<string, unknown>[]>
let before: Rows

/** Applies the migrations up to a name, which is a migration or sorts between two. */
async function migrateTo(url: string, last: string): Promise<void> {
  for (const name of readdirSync(MIGRATIONS).filter((one) => one <= last))
    cpSync(path.join(MIGRATIONS, name), path.join(folder, name), { recursive: true })
  await applyMigrations(url, { folder })
}

/** Returns all rows of all tables, without empty tables and the migrations table. */
async function everyRow(): Promise<Rows> {
  const { rows: tables } = await db.pool.query<{ name: string }>(
    `SELECT relname AS name FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND NOT relispartition
     AND relname <> '_prisma_migrations' ORDER BY 1`,
  )
  const all: Rows = {}
  for (const { name } of tables) {
    const { rows } = await db.pool.query<{ row: Record<string, unknown> }>(
      `SELECT to_jsonb(t) AS row FROM ${name} t ORDER BY to_jsonb(t)::text`,
    )
    if (rows.length > 0) all[name] = rows.map(({ row }) => row)
  }
  return all
}

beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-upgrade-'))
  const made = await createTestDatabase({ empty: true })
  drop = made.drop
  await migrateTo(made.url, '20260301999999')
  db = createDatabase(made.url, { max: 4, applicationName: 'peerwatch-test' })
  await fill()
  before = await everyRow()
  await migrateTo(made.url, ACCESS)
  await db.pool.query(
    `INSERT INTO access_token (id, token_hash, kind, name, created_by)
     VALUES ('wall1', encode(sha256($1), 'hex'), 'wall', 'NOC wall', 'ada')`,
    [WALL_TOKEN],
  )
  await migrateTo(made.url, '3')
}, 120_000)

afterAll(async () => {
  await db?.close()
  await drop?.()
  if (folder) rmSync(folder, { recursive: true })
})

/** Inserts the data of the former version. Uses plain SQL, because the current writers know only the current tables. */
async function fill(): Promise<void> {
  await db.pool.query(
    `INSERT INTO resource (short_id, arm_key, arm_id, type, name, subscription_id, resource_group, location, config)
     VALUES ('cktams', lower($1), $1, 'microsoft.network/expressroutecircuits', 'ckt-ams', $2, 'rg', 'westeurope',
             '{"sku": {"tier": "Standard", "family": "MeteredData"}, "properties": {"peerings": []}}')`,
    [CIRCUIT, SUBSCRIPTION],
  )
  await db.pool.query(`
    INSERT INTO source (resource_id, subresource) SELECT id, '' FROM resource;
    UPDATE resource SET first_seen = '2026-09-01', first_present = '2026-09-01', last_present = '2026-10-01', listed_by = (SELECT id FROM source);
    INSERT INTO incident (id, key, scope, root, severity, started_earliest, started_latest, opened_at, acked_at, acked_by, ack_note)
    VALUES ('inc1', 'key of inc1', 'cktams', 'ev1', 'major', '2026-10-01', '2026-10-01 00:01', '2026-10-01 00:02', '2026-10-01 00:10',
            'local', 'known');
    INSERT INTO event (id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, detected_at, evidence, causes,
                       flags, incident_id)
    SELECT 'ev1', id, 'key of ev1', 'circuit_down', 'major', 'cktams', 'AzurePrivatePeering', '2026-10-01', '2026-10-01 00:01',
           '2026-10-01 00:02', '[]', '[]', '{}', 'inc1' FROM source;
    INSERT INTO declaration_version (version, saved_at, saved_by) VALUES (1, '2026-09-01', 'local');
    INSERT INTO declaration (kind, key, value, since_version)
    VALUES ('sites', 'London', '{"name": "London", "prefixes": ["10.1.0.0/16"], "home": "cktams", "routers": []}', 1);
    INSERT INTO detection_settings (version, changed, saved_at, saved_by, note)
    VALUES (1, '{"nothing.all": 600000}', '2026-09-02', 'local', 'quiet nights');
    INSERT INTO cost_decision (id, circuit_id, at, by, decided, why) VALUES ('d1', 'cktams', '2026-09-03', 'local', 'stay', 'cheap');
    INSERT INTO alert_state (id, state, delivered, steps) VALUES ('inc1', '{"version": 2, "phase": "open"}', '{"ch_1": {"opening": "msg_1"}}', 1);
  `)
  const filters = JSON.stringify({ minSeverity: 'minor', scopes: [], kinds: [], owners: [] })
  await db.pool.query(
    `INSERT INTO notify_channel (id, name, kind, target, address, secret, filters, enabled, position, created_at, updated_at) VALUES
       ('ch_1', 'NOC', 'webhook', '{}', $1, $2, $3, true, 0, '2026-09-04', '2026-09-04'),
       ('ch_2', 'mail', 'email', '{"to": ["noc@example.com"]}', NULL, NULL, $3, false, 1, '2026-09-04', '2026-09-04')`,
    [secrets.seal('https://hooks.example/services/T000/B000/a1b2'), secrets.seal('whsec_x'), filters],
  )
}

it('keeps every row and what is in it', async () => {
  const after = await everyRow()
  expect(Object.keys(before).length).toBeGreaterThan(9)
  for (const [table, rows] of Object.entries(before))
    expect(after[table], table).toEqual(rows.map((row) => expect.objectContaining(row)))
})

it('finds settings, declarations and channels as they were, and channels see everything', async () => {
  expect(await readCurrentSettings(db.pool)).toMatchObject({ version: 1, changed: { 'nothing.all': 600_000 } })
  expect((await readCurrentDeclarations(db.pool)).sites).toMatchObject([{ name: 'London', home: 'cktams' }])
  const { channels } = await listChannels(db, { mail: null, publicUrl: null, secrets })
  expect(channels).toMatchObject([
    { id: 'ch_1', name: 'NOC', url: 'https://hooks.example/…a1b2', secretSet: true, enabled: true, scopes: [] },
    { id: 'ch_2', kind: 'email', to: ['noc@example.com'], enabled: false, scopes: [] },
  ])
})

it('answers the ids of links that were pasted before', async () => {
  expect((await getIncident(db, 'inc1')).data).toMatchObject({
    id: 'inc1',
    acknowledged: { by: 'local', note: 'known' },
  })
  expect((await getCircuit(db, 'cktams')).data).toMatchObject({ name: 'ckt-ams', resourceId: CIRCUIT })
})

it('leads who opens such a link through the sign-in to its page', async () => {
  const gate = createSignInGate({ db: db.pool, cookieKey: 'k', isHttps: false })
  for (const link of ['/incidents/inc1', '/circuits/cktams?from=2026-09-01T00%3A00%3A00Z', '/wall?rotate=20']) {
    const admission = await gate({ method: 'GET', url: link, headers: {} })
    const location = 'answer' in admission ? String(admission.answer.headers?.location) : ''
    expect(resolveOwnPage(new URL(location, 'http://here').searchParams.get('next'))).toBe(link)
  }
})

it('keeps the wall that was linked by a token', async () => {
  const gate = createSignInGate({ db: db.pool, cookieKey: 'k', isHttps: false })
  const headers = { cookie: `peerwatch.wall=${WALL_TOKEN}` }
  expect(await gate({ method: 'GET', url: '/wall', headers })).toMatchObject({
    caller: { kind: 'wall', scope: 'everything' },
  })
})

it('lacks an admin, whom a link makes', async () => {
  expect(await isAdminMissing(db.pool)).toBe(true)
  const [, secret = ''] = (await createOneTimeLink(db.pool, null)).split('#')
  await redeemLink(db, { secret, password: 'correct horse battery', email: 'ada@example.com' })
  expect(await isAdminMissing(db.pool)).toBe(false)
})
