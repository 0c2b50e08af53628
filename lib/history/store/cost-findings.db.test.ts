import { describe, expect, it } from 'vitest'
import { MS_PER_HOUR } from '#lib/contract/time/time.ts'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { migrateToStateBeforeMigration } from '#lib/platform/testing/migrated-before.ts'
import { pruneRows } from '../retention/prune-rows.ts'
import { readCostFindings, saveCostFindings } from './cost-findings.ts'

const T0 = Date.UTC(2026, 10, 20)
const finding = (scope: string, began: number, endedAt: number | null = null) => ({
  kind: 'egress_surge' as const,
  scope,
  detail: '',
  resources: [scope],
  started: { earliest: 0, latest: T0 + began * MS_PER_HOUR },
  ended: endedAt === null ? null : { earliest: T0, latest: T0 + endedAt * MS_PER_HOUR },
  checkedAt: T0,
  body: { scope },
})

describe('findings of cost', () => {
  const db = withTestDatabase()

  it('are kept once each, listed newest first, page by page', async () => {
    await saveCostFindings(db.pool, [finding('a', 1), finding('b', 2), finding('c', 3, 5)])
    await saveCostFindings(db.pool, [{ ...finding('a', 1), checkedAt: T0 + MS_PER_HOUR, body: { scope: 'A' } }])
    const first = await readCostFindings(db.pool, { limit: 2 })
    expect(first.rows.map(({ scope }) => scope)).toEqual(['c', 'b'])
    const rest = await readCostFindings(db.pool, { limit: 2, cursor: first.nextCursor ?? undefined })
    expect(rest).toMatchObject({
      rows: [{ ...finding('a', 1), checkedAt: T0 + MS_PER_HOUR, body: { scope: 'A' } }],
      nextCursor: null,
    })
    const scopes = async (query: object) =>
      (await readCostFindings(db.pool, { limit: 9, ...query })).rows.map(({ scope }) => scope)
    expect(await scopes({ open: true })).toEqual(['b', 'a'])
    expect(await scopes({ open: false })).toEqual(['c'])
    expect(await scopes({ since: T0 + 6 * MS_PER_HOUR })).toEqual(['b', 'a'])
    expect(await scopes({ since: T0 + 5 * MS_PER_HOUR })).toEqual(['c', 'b', 'a'])
    expect(await scopes({ kind: 'no_connection' })).toEqual([])
  })

  it('go when they ended before what is kept', async () => {
    await pruneRows(db, { keptFrom: T0 + 6 * MS_PER_HOUR, now: T0 + 6 * MS_PER_HOUR })
    expect((await readCostFindings(db.pool, { limit: 9 })).rows.map(({ scope }) => scope)).toEqual(['b', 'a'])
  })
})

describe('an upgrade', () => {
  const db = withTestDatabase({ empty: true })

  it('moves events of cost to the findings, and takes them out of events, incidents, alerts and channels', async () => {
    const migrate = await migrateToStateBeforeMigration(db.url, '20260310000003_cost_findings')
    await db.pool.query(
      `INSERT INTO resource (id, short_id, arm_key, arm_id, type, name, subscription_id) VALUES
         (1, 'lon', '/x/lon', '/x/Lon', 'microsoft.network/expressroutecircuits', 'erc-lon', 's'),
         (2, 'sub', '/subscriptions/s', '/subscriptions/s', 'microsoft.resources/subscriptions', 's', 's');
       INSERT INTO source (id, resource_id, subresource) VALUES (7, 1, ''), (8, 2, '');
       INSERT INTO cost_budget (id, body, made_at, made_by, why) VALUES ('bud', '{"name": "all of it"}', '2026-11-01Z', 'kim', 'plan');
       INSERT INTO incident (id, key, scope, root, severity, started_earliest, started_latest, opened_at, acked_at, acked_by, ack_note) VALUES
         ('i1', 'k1', 'lon', 'e1', 'warning', '2026-11-18Z', '2026-11-19Z', '2026-11-19Z', '2026-11-20Z', 'ann', 'seen'),
         ('i2', 'k2', 'lon', 'e4', 'major', '2026-11-18Z', '2026-11-19Z', '2026-11-19Z', NULL, NULL, NULL);
       INSERT INTO alert_state (id) VALUES ('i1'), ('i2');
       INSERT INTO event (id, source_id, key, kind, severity, scope, subject, started_earliest, started_latest, ended_earliest, ended_latest,
                          detected_at, evidence, causes, flags, incident_id) VALUES
         ('e1', 7, 'e1', 'break_even_crossing', 'warning', 'lon', 'metered to unlimited', '2026-11-18Z', '2026-11-19Z', NULL, NULL, '2026-11-19Z',
          '[{"field": "cost of the month", "before": "metered 6 USD", "after": "unlimited 5 USD"}]', '[{"nextStep": "see"}]', '{}', 'i1'),
         ('e2', 7, 'e2', 'break_even_crossing', 'warning', 'lon', 'unlimited to metered', '2026-11-18Z', '2026-11-19Z', '2026-11-19Z', '2026-11-20Z',
          '2026-11-19Z', '[]', '[]', '{}', 'i1'),
         ('e3', 8, 'e3', 'forecast_over_budget', 'major', 'sub', 'all of it 2026-11', '2026-11-18Z', '2026-11-19Z', NULL, NULL, '2026-11-19Z',
          '[]', '[]', '{}', NULL),
         ('e4', 7, 'e4', 'path_down', 'major', 'lon', 'p', '2026-11-18Z', '2026-11-19Z', NULL, NULL, '2026-11-19Z', '[]', '[]', '{}', 'i2');
       INSERT INTO detection_scope (scope, state) VALUES ('cost:lon', '{}'), ('lon', '{}');
       INSERT INTO notify_channel (id, name, kind, target, filters, enabled, position, created_at, updated_at) VALUES
         ('c1', 'money', 'email', '{}', '{"minSeverity": "minor", "kinds": ["egress_surge", "forecast_over_budget"]}', true, 0, now(), now()),
         ('c2', 'both', 'email', '{}', '{"minSeverity": "minor", "kinds": ["path_down", "egress_surge"]}', true, 1, now(), now()),
         ('c3', 'noc', 'email', '{}', '{"minSeverity": "minor", "kinds": []}', true, 2, now(), now())`,
    )
    await migrate()

    const { rows } = await readCostFindings(db.pool, { limit: 9 })
    expect(rows.toSorted((a, b) => (a.id < b.id ? -1 : 1))).toMatchObject([
      {
        id: 'e1',
        kind: 'break_even_ahead',
        scope: 'lon',
        detail: '2026-11',
        resources: ['lon'],
        started: { earliest: Date.UTC(2026, 10, 18), latest: Date.UTC(2026, 10, 19) },
        ended: null,
        body: {
          subject: { kind: 'circuit', id: 'lon', resourceId: '/x/Lon', name: 'erc-lon' },
          evidence: [
            { field: 'cost of the month', before: 'metered 6 USD', after: 'unlimited 5 USD' },
            { field: 'acknowledged', after: 'ann 2026-11-20 seen' },
          ],
          remedy: 'see',
        },
      },
      { id: 'e2', kind: 'cheaper_option', ended: { latest: Date.UTC(2026, 10, 20) } },
      {
        id: 'e3',
        kind: 'forecast_over_budget',
        scope: 'bud',
        detail: '2026-11',
        resources: [],
        body: { subject: { kind: 'budget', name: 'all of it' } },
      },
    ])
    const ids = async (table: string, column = 'id') =>
      (await db.pool.query(`SELECT ${column} AS id FROM ${table} ORDER BY 1`)).rows.map(({ id }) => id)
    expect(await ids('event')).toEqual(['e4'])
    expect(await ids('incident')).toEqual(['i2'])
    expect(await ids('alert_state')).toEqual(['i2'])
    expect(await ids('detection_scope', 'scope')).toEqual(['lon'])
    expect(
      (await db.pool.query('SELECT filters FROM notify_channel ORDER BY id')).rows.map(({ filters }) => filters),
    ).toEqual([
      { minSeverity: 'minor', kinds: [], findings: true, incidents: false },
      { minSeverity: 'minor', kinds: ['path_down'], findings: true, incidents: true },
      { minSeverity: 'minor', kinds: [] },
    ])
    // a worker of the previous version cannot raise this kind any more
    await expect(db.pool.query(`UPDATE event SET kind = 'egress_surge'`)).rejects.toThrow(/event_kind_check/)
  })
})
