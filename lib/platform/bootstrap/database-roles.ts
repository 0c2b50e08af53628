import { StepError } from './progress.ts'
import type { Client } from 'pg'

/**
 * Database roles of Peerwatch on the embedded server. `owner` changes the schema (migrations, the demo's history),
 * `product` reads and writes rows, and `questions` only reads rows for users' queries. The superuser is used only to
 * set up the server.
 */
export const DATABASE_ROLES = {
  owner: 'peerwatch_owner',
  product: 'peerwatch_product',
  questions: 'peerwatch_questions',
} as const

export type DatabaseRole = keyof typeof DATABASE_ROLES

/**
 * Creates the roles and sets their passwords. If an earlier version created tables as superuser, the owner role becomes
 * their owner. This runs at every start, so that the roles always have the passwords that the other processes use.
 * @param client connection of the superuser, in the database that the roles use
 */
export async function prepareRoles(
  client: Client,
  passwords: Record<DatabaseRole, string>,
  names: Record<DatabaseRole, string> = DATABASE_ROLES,
) {
  const id = (name: string) => client.escapeIdentifier(name)
  const { owner, product, questions } = names
  // the server must not log a failing statement, because the statements contain passwords
  await client.query('SET log_min_error_statement = panic')
  for (const [role, name] of Object.entries(names) as [DatabaseRole, string][]) {
    const { rowCount } = await client.query('SELECT 1 FROM pg_roles WHERE rolname = $1', [name])
    await client.query(
      `${rowCount === 0 ? 'CREATE' : 'ALTER'} ROLE ${id(name)} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION
       NOBYPASSRLS PASSWORD ${client.escapeLiteral(passwords[role])}`,
    )
  }
  await client.query(`ALTER ROLE ${id(questions)} SET default_transaction_read_only = on`)
  const { rows } = await client.query('SELECT current_database() AS name')
  const database = id(rows[0].name)
  await client.query(`ALTER DATABASE ${database} OWNER TO ${id(owner)}`)
  await client.query(`REVOKE ALL ON DATABASE ${database} FROM PUBLIC`)
  await client.query(`GRANT CONNECT ON DATABASE ${database} TO ${id(product)}, ${id(questions)}`)
  await handOver(client, 'public', owner)
}

/** Changes the owner of all objects in a schema. */
async function handOver(client: Client, schema: string, owner: string) {
  const { rows } = await client.query(
    `SELECT format('ALTER %s %s OWNER TO %I', kind, name, $2::text) AS statement FROM (
       SELECT CASE relkind WHEN 'v' THEN 'VIEW' WHEN 'm' THEN 'MATERIALIZED VIEW' WHEN 'S' THEN 'SEQUENCE' ELSE 'TABLE' END AS kind,
              c.oid::regclass::text AS name, relowner AS owner
       FROM pg_class c
       WHERE relnamespace = $1::regnamespace AND relkind IN ('r', 'p', 'v', 'm', 'S')
         -- the sequence of a column follows its table
         AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid
                                                   AND d.refclassid = 'pg_class'::regclass AND d.deptype IN ('a', 'i') AND relkind = 'S')
       UNION ALL
       SELECT 'ROUTINE', oid::regprocedure::text, proowner FROM pg_proc WHERE pronamespace = $1::regnamespace
       UNION ALL
       SELECT 'TYPE', oid::regtype::text, typowner FROM pg_type WHERE typnamespace = $1::regnamespace AND typtype IN ('e', 'd')
     ) object WHERE owner <> $2::regrole`,
    [schema, owner],
  )
  for (const { statement } of rows) await client.query(statement)
}

/**
 * Grants the roles `product` and `questions` their rights. `product` may read and write rows in all tables, also in
 * tables that the current role creates later. As exceptions, it may only read the applied migrations, and only read and
 * add audit entries. `questions` may read existing tables, except tables with secrets. The function must be called
 * again after every migration.
 * @param client connection of the role that owns the tables. A role that is equal to this role needs no rights and is
 *   skipped
 * @throws StepError if a role does not exist, or if the current role may not grant
 */
export async function grantAccess(client: Client, { product, questions }: { product: string; questions: string }) {
  const { rows } = await client.query('SELECT current_user AS self, current_schema() AS schema')
  const [{ self, schema }] = rows
  const statements = [
    ...(product === self ? [] : productGrants(client.escapeIdentifier(product))),
    ...(questions === self || questions === product ? [] : questionGrants(client.escapeIdentifier(questions))),
  ]
  try {
    for (const statement of statements)
      await client.query(statement.replaceAll('$schema', client.escapeIdentifier(schema)))
  } catch (error) {
    const { message } = error as Error
    throw new StepError(`the rights of the database's roles could not be granted: ${message}`, {
      advice: `create the roles first, and let "${self}" own the tables (docs/operations.md, Database roles)`,
    })
  }
}

function productGrants(role: string) {
  const rows = 'SELECT, INSERT, UPDATE, DELETE'
  return [
    `GRANT USAGE ON SCHEMA $schema TO ${role}`,
    `GRANT ${rows} ON ALL TABLES IN SCHEMA $schema TO ${role}`,
    `GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA $schema TO ${role}`,
    `GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA $schema TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA $schema GRANT ${rows} ON TABLES TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA $schema GRANT USAGE, SELECT ON SEQUENCES TO ${role}`,
    // the product must not change the record of applied migrations
    `REVOKE INSERT, UPDATE, DELETE ON $schema._prisma_migrations FROM ${role}`,
    // an attacker who controls the product must not delete audit entries about the attack; the function expire_audit
    // deletes old entries
    `REVOKE UPDATE, DELETE, TRUNCATE ON $schema.audit_entry FROM ${role}`,
  ]
}

/**
 * Pattern for the names of columns that contain secrets, encrypted or not. The role `questions` may not read any column
 * of a table that has such a column.
 */
const SECRET_COLUMN = '(secret|token|password|credential|sealed|private_key)'

/**
 * Encrypted column that the pattern for secret columns does not match. The role `questions` may read all other columns
 * of this table.
 */
const SEALED_COLUMN = { table: 'calendar', column: 'address' }

/**
 * Returns the SQL statements that grant the role `questions` its rights. A table that is created later cannot be read
 * until these statements run again, because they depend on the columns of each table.
 */
function questionGrants(role: string) {
  return [
    `GRANT USAGE ON SCHEMA $schema TO ${role}`,
    `ALTER DEFAULT PRIVILEGES IN SCHEMA $schema REVOKE SELECT ON TABLES FROM ${role}`,
    `DO $grants$ DECLARE t record; BEGIN
       FOR t IN SELECT c.oid::regclass AS name, EXISTS (
                  SELECT FROM pg_attribute a WHERE a.attrelid = c.oid AND NOT a.attisdropped AND a.attname ~ '${SECRET_COLUMN}') AS "hasSecrets",
                  c.relname = '${SEALED_COLUMN.table}' AS "isReadInPart",
                  (SELECT string_agg(quote_ident(a.attname), ', ') FROM pg_attribute a
                   WHERE a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attname <> '${SEALED_COLUMN.column}') AS columns
                FROM pg_class c WHERE c.relnamespace = current_schema()::regnamespace AND c.relkind IN ('r', 'p', 'v', 'm')
       LOOP
         IF t."hasSecrets" THEN EXECUTE format('REVOKE ALL ON %s FROM %s', t.name, $role$${role}$role$);
         ELSIF t."isReadInPart" THEN
           EXECUTE format('REVOKE ALL ON %s FROM %s', t.name, $role$${role}$role$);
           EXECUTE format('GRANT SELECT (%s) ON %s TO %s', t.columns, t.name, $role$${role}$role$);
         ELSE EXECUTE format('GRANT SELECT ON %s TO %s', t.name, $role$${role}$role$);
         END IF;
       END LOOP;
     END $grants$`,
  ]
}
