import type { Database } from '#lib/platform/database.ts'

/**
 * Tables grouped by the rule that determines the retention of their rows. Tables that are not listed belong to `rest`.
 */
export const tableGroups = {
  raw: ['counter_sample', 'metric_sample'],
  intervals: [
    'session_interval',
    'session_prefixes',
    'route_interval',
    'arp_interval',
    'connection_interval',
    'resource_history',
    'coverage',
  ],
  events: ['event', 'incident', 'activity_entry'],
  rollups: ['usage_bucket', 'usage_gap', 'route_churn'],
} as const
export type TableGroupName = keyof typeof tableGroups | 'rest'
export const groupNames: readonly TableGroupName[] = [
  ...(Object.keys(tableGroups) as (keyof typeof tableGroups)[]),
  'rest',
]

export interface GroupSize {
  rows: number
  /** size including indexes */
  mb: number
}

export type GroupSizes = Record<TableGroupName, GroupSize>

export const getGroupOfTable = (table: string): TableGroupName =>
  groupNames.find((name) => name !== 'rest' && (tableGroups[name] as readonly string[]).includes(table)) ?? 'rest'

/** Returns the size of each group, and the number of days of raw samples that have a partition. */
export async function readTableGroupSizes({ pool }: Database): Promise<{ sizes: GroupSizes; partitions: number }> {
  const { rows: tables } = await pool.query<{ name: string; mb: number; parts: number }>(
    `SELECT coalesce(pg_partition_root(oid), oid)::regclass::text AS name, count(*)::int AS parts,
            sum(pg_total_relation_size(oid)) / 1048576.0::float8 AS mb
     FROM pg_class WHERE relkind = 'r' AND relnamespace = current_schema()::regnamespace GROUP BY 1 ORDER BY 1`,
  )
  const counts = tables.map(({ name }) => `SELECT '${name}' AS name, count(*)::int AS count FROM ${name}`)
  const { rows } = await pool.query<{ name: string; count: number }>(counts.join(' UNION ALL '))
  const countOf = new Map(rows.map(({ name, count }) => [name, count]))
  const sizeOf = (group: TableGroupName): GroupSize => {
    const own = tables.filter(({ name }) => getGroupOfTable(name) === group)
    return {
      rows: own.reduce((sum, { name }) => sum + (countOf.get(name) ?? 0), 0),
      mb: own.reduce((sum, { mb }) => sum + mb, 0),
    }
  }
  const partitions = tables.filter(({ parts }) => parts > 1).reduce((sum, { parts }) => sum + parts - 1, 0)
  return { sizes: Object.fromEntries(groupNames.map((name) => [name, sizeOf(name)])) as GroupSizes, partitions }
}
