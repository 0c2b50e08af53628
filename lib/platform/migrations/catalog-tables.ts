import type { Queryable } from '../queryable.ts'

/**
 * The tables of the current schema as Postgres has them, one line for each column, key, index and reference. Left out is what
 * Prisma's schema language has no words for: partitions, checks and exclusions, indexes of a part, of an expression or of a method
 * that it does not know, and what they need.
 */
export async function catalogTables(db: Queryable): Promise<string[]> {
  const { rows } = await db.query<{ line: string }>(CATALOG)
  return rows.map(({ line }) => line).toSorted()
}

const CATALOG = `
WITH tables AS (
  SELECT c.oid, c.relname AS name FROM pg_class c
  WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p') AND NOT c.relispartition
    AND c.relname <> '_prisma_migrations'
), columns AS (
  SELECT t.name, a.attname, a.attnotnull,
    -- without a precision a timestamp has 6 digits
    replace(format_type(a.atttypid, a.atttypmod), 'timestamp with', 'timestamp(6) with') AS type,
    CASE
      WHEN a.attidentity <> '' OR pg_get_expr(d.adbin, d.adrelid) LIKE 'nextval(%' THEN 'autoincrement()'
      WHEN pg_get_expr(d.adbin, d.adrelid) = 'CURRENT_TIMESTAMP' THEN 'now()'
      ELSE regexp_replace(pg_get_expr(d.adbin, d.adrelid), '::[a-z ]+(\\[\\])?$', '')
    END AS value
  FROM tables t
  JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
  LEFT JOIN pg_attrdef d ON d.adrelid = t.oid AND d.adnum = a.attnum
), indexes AS (
  SELECT t.name, i.relname AS index, x.indisprimary, x.indisunique, m.amname AS method,
    (SELECT string_agg(a.attname || CASE WHEN x.indoption[k.place - 1] & 1 = 1 THEN ' desc' ELSE '' END, ', ' ORDER BY k.place)
     FROM unnest(x.indkey::int2[]) WITH ORDINALITY AS k (attnum, place)
     JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = k.attnum
     WHERE k.place <= x.indnkeyatts) AS columns
  FROM tables t
  JOIN pg_index x ON x.indrelid = t.oid
  JOIN pg_class i ON i.oid = x.indexrelid
  JOIN pg_am m ON m.oid = i.relam
  WHERE x.indpred IS NULL AND x.indexprs IS NULL AND NOT x.indisexclusion
), refs AS (
  SELECT t.name, r.relname AS target, c.confdeltype, c.confupdtype,
    (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(c.conkey) WITH ORDINALITY AS k (attnum, place)
     JOIN pg_attribute a ON a.attrelid = c.conrelid AND a.attnum = k.attnum) AS columns,
    (SELECT string_agg(a.attname, ', ' ORDER BY k.place) FROM unnest(c.confkey) WITH ORDINALITY AS k (attnum, place)
     JOIN pg_attribute a ON a.attrelid = c.confrelid AND a.attnum = k.attnum) AS target_columns
  FROM tables t
  JOIN pg_constraint c ON c.conrelid = t.oid AND c.contype = 'f' AND c.conparentid = 0
  JOIN pg_class r ON r.oid = c.confrelid
), actions (code, action) AS (
  VALUES ('a', 'no action'), ('r', 'restrict'), ('c', 'cascade'), ('n', 'set null'), ('d', 'set default')
)
SELECT 'table ' || name AS line FROM tables
UNION ALL
SELECT format('table %s, column %s: %s%s%s', name, attname, type, CASE WHEN attnotnull THEN ' not null' END, ' default ' || value)
FROM columns
UNION ALL
SELECT CASE WHEN indisprimary THEN format('table %s, key (%s)', name, columns)
  ELSE format('table %s, %s %s: %s (%s)', name, CASE WHEN indisunique THEN 'unique' ELSE 'index' END, index, method, columns) END
FROM indexes
UNION ALL
SELECT format('table %s, reference (%s) to %s (%s): on delete %s, on update %s', name, columns, target, target_columns, d.action, u.action)
FROM refs JOIN actions d ON d.code = confdeltype::text JOIN actions u ON u.code = confupdtype::text`
