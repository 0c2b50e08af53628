import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import path from 'node:path'
import { bindMigrationAwareSqlAdapterFactory } from '@prisma/driver-adapter-utils'
import * as bindings from '@prisma/schema-engine-wasm/schema_engine_bg'
import { readMigrations } from './folder.ts'
import { shadowCapableAdapter } from './shadow-adapter.ts'

/** Prisma's schema engine as WebAssembly: the one that npm has, so that nothing is downloaded. For checks and for writing migrations. */
export type SchemaEngine = {
  /**
   * The SQL that turns a database with all migrations into the schema's; empty if they agree.
   * Uses a shadow database beside the engine's own.
   */
  drift(): Promise<string>
  /** Prisma's diagnosis of the migration history of the engine's database. */
  diagnose(): Promise<{ edited: string[]; failed: string[]; hasTable: boolean; history: unknown }>
  close(): Promise<void>
}

export type SchemaFiles = {
  schemaFile: string
  migrationsFolder: string
}

const FILTERS = { externalTables: [], externalEnums: [] }

/** What wasm-bindgen generates beside the typed classes. */
type Internals = { __wbg_set_wasm(exports: WebAssembly.Exports): void } & Record<string, unknown>

let loading: Promise<void> | undefined

function load(): Promise<void> {
  loading ??= instantiate()
  return loading
}

async function instantiate(): Promise<void> {
  // The engine reports a panic through this global, and fails with another error without it.
  Object.assign(globalThis, {
    PRISMA_WASM_PANIC_REGISTRY: {
      set_message: (message: string) => {
        throw new Error(`the schema engine panicked: ${message}`)
      },
    },
  })
  const folder = path.dirname(createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg'))
  const compiled = await WebAssembly.compile(readFileSync(path.join(folder, 'schema_engine_bg.wasm')))
  const internals = bindings as unknown as Internals
  const imports: WebAssembly.Imports = {}
  for (const { module: from, name } of WebAssembly.Module.imports(compiled)) {
    imports[from] = { ...imports[from], [name]: internals[name] as WebAssembly.ImportValue }
  }
  const { exports } = await WebAssembly.instantiate(compiled, imports)
  internals.__wbg_set_wasm(exports)
  const begin = exports.__wbindgen_start
  if (typeof begin === 'function') begin()
}

/** @param url a database whose user may create others */
export async function openSchemaEngine(
  url: string,
  { schemaFile, migrationsFolder }: SchemaFiles,
): Promise<SchemaEngine> {
  await load()
  const datamodel = { path: schemaFile, content: readFileSync(schemaFile, 'utf8') }
  const engine = await bindings.SchemaEngine.new(
    { datamodels: [[datamodel.path, datamodel.content]] },
    () => {},
    bindMigrationAwareSqlAdapterFactory(shadowCapableAdapter(url)),
  )
  return {
    async drift() {
      const { exitCode, stdout } = await engine.diff({
        from: { tag: 'migrations', ...migrationList(migrationsFolder) },
        to: { tag: 'schemaDatamodel', files: [datamodel] },
        script: true,
        exitCode: true,
        filters: FILTERS,
      })
      return exitCode === 0 ? '' : (stdout ?? '')
    },
    async diagnose() {
      const found = await engine.diagnoseMigrationHistory({
        migrationsList: migrationList(migrationsFolder),
        optInToShadowDatabase: false,
        filters: FILTERS,
      })
      return {
        edited: found.editedMigrationNames,
        failed: found.failedMigrationNames,
        hasTable: found.hasMigrationsTable,
        history: found.history,
      }
    },
    async close() {
      engine.free()
    },
  }
}

function migrationList(folder: string) {
  const lock = path.join(folder, 'migration_lock.toml')
  return {
    baseDir: path.resolve(folder),
    shadowDbInitScript: '',
    lockfile: { path: 'migration_lock.toml', content: existsSync(lock) ? readFileSync(lock, 'utf8') : null },
    migrationDirectories: readMigrations(folder).map(({ name, sql }) => ({
      path: name,
      migrationFile: { path: 'migration.sql', content: { tag: 'ok' as const, value: sql } },
    })),
  }
}
