import { expect, it } from 'vitest'
import { withTestDatabase } from '#lib/platform/testing/database.ts'
import { migrateToStateBeforeMigration } from '#lib/platform/testing/migrated-before.ts'
import { readSourceById } from '../read/polls/list-sources.ts'
import { lockUsageSeries } from '../rollup/usage-series.ts'
import { loadResourceStates } from './detection-scopes.ts'

const db = withTestDatabase({ empty: true })

it('an upgrade keeps sources, rollup states and sessions under the new names', async () => {
  const migrate = await migrateToStateBeforeMigration(db.url, '20260203000000_subresource')
  await db.pool.query(
    `INSERT INTO resource (id, short_id, arm_key, arm_id, type, name, subscription_id)
     VALUES (1, 'lon', '/x/lon', '/x/lon', 'microsoft.network/expressroutecircuits', 'lon', 's');
     INSERT INTO source (id, resource_id, part) VALUES (7, 1, 'AzurePrivatePeering/primary');
     INSERT INTO usage_series (source_id, path, basis, carry) VALUES
       (7, 'primary', 'counter', '{"through": 5, "in": {"at": 5, "bytes": "9", "gapSince": false}, "out": null}');
     INSERT INTO detection_scope (scope, state) VALUES
       ('lon', '{"sessions": {"a": {"part": "AzurePrivatePeering/primary", "level": "up"}}, "churn": {"part": {"counted": 3}}}'),
       ('empty', '{"sessions": {}, "churn": null}')`,
  )
  await migrate()

  expect(await readSourceById(db.pool, 7)).toMatchObject({
    subresource: 'AzurePrivatePeering/primary',
    path: 'primary',
  })
  expect(
    await db.transaction((client) => lockUsageSeries(client, 'counter', [{ sourceId: 7, path: 'primary' }])),
  ).toMatchObject([{ state: { through: 5, in: { at: 5, bytes: 9n, gapSince: false }, out: null } }])
  expect(Object.fromEntries(await loadResourceStates(db.pool, ['lon', 'empty']))).toEqual({
    lon: {
      sessions: { a: { subresource: 'AzurePrivatePeering/primary', level: 'up' } },
      churn: { part: { counted: 3 } },
    },
    empty: { sessions: {}, churn: null },
  })
})
