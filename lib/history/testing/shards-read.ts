import type { PoolClient } from 'pg'
import { createDatabase, type Database } from '#lib/platform/database.ts'
import type { SqlExecutor } from '#lib/platform/queryable.ts'

/** Shards that were read or written, by table. */
export type ShardsByTable = Map<string, Set<number>>

interface PlanNode {
  'Relation Name'?: string
  'Actual Loops'?: number
  Plans?: PlanNode[]
}

/**
 * Creates a database connection that collects the plan of every statement with auto_explain.
 * @param url URL of a database whose owner is a superuser
 */
export async function createShardTrackingDatabase(admin: SqlExecutor, url: string): Promise<ShardTrackingDatabase> {
  const { rows } = await admin.query<{ name: string }>('SELECT quote_ident(current_database()) AS name')
  for (const [setting, value] of Object.entries(SETTINGS)) {
    await admin.query(`ALTER DATABASE ${rows[0]?.name} SET ${setting} = ${value}`)
  }
  const db = createDatabase(url, { max: 4, applicationName: 'peerwatch-test' })
  const plans: PlanNode[] = []
  db.pool.on('connect', (client: PoolClient) => {
    client.on('notice', ({ message }) => {
      const [, json] = message?.split('plan:\n') ?? []
      if (json) plans.push((JSON.parse(json) as { Plan: PlanNode }).Plan)
    })
  })
  return {
    db,
    async during(work) {
      plans.length = 0
      await work()
      return shardsOf(plans)
    },
  }
}

export interface ShardTrackingDatabase {
  db: Database
  /** Returns the shards that the statements of some work use; only this work may use {@link db} meanwhile. */
  during(work: () => Promise<unknown>): Promise<ShardsByTable>
}

const SETTINGS = {
  session_preload_libraries: 'auto_explain',
  'auto_explain.log_min_duration': 0,
  'auto_explain.log_analyze': 'on',
  'auto_explain.log_timing': 'off',
  'auto_explain.log_nested_statements': 'on',
  'auto_explain.log_format': 'json',
  'auto_explain.log_level': 'notice',
  jit: 'off',
}

function shardsOf(plans: readonly PlanNode[]): ShardsByTable {
  const found: ShardsByTable = new Map()
  const walk = (node: PlanNode): void => {
    const [, table, shard] = /^(.*)_shard_(\d+)$/.exec(node['Relation Name'] ?? '') ?? []
    // a partition that was pruned during execution is in the plan, but was never started
    if (table && shard && node['Actual Loops'] !== 0) {
      found.set(table, (found.get(table) ?? new Set()).add(Number(shard)))
    }
    for (const part of node.Plans ?? []) walk(part)
  }
  for (const plan of plans) walk(plan)
  return found
}
