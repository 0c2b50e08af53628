import { execFile } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'

type Default = string | number | boolean | unknown[] | { name: string; args: unknown[] }

/** A field as Prisma parsed it (https://www.prisma.io/docs/orm/prisma-schema/overview/generators). */
export type Field = {
  name: string
  dbName?: string
  kind: 'scalar' | 'object' | 'enum' | 'unsupported'
  type: string
  nativeType: [name: string, args: string[]] | null
  isList: boolean
  isRequired: boolean
  default?: Default
  relationFromFields?: string[]
  relationToFields?: string[]
  relationOnDelete?: string
  relationOnUpdate?: string
}

export type Index = {
  model: string
  type: 'id' | 'unique' | 'normal' | 'fulltext'
  dbName?: string
  algorithm?: string
  fields: { name: string; sortOrder?: 'asc' | 'desc' }[]
}

export type ParsedSchema = {
  models: { name: string; dbName: string | null; fields: Field[] }[]
  indexes: Index[]
}

/** What leaves a model or a field out of the generated client, and of what a generator is given. */
const LEFT_OUT = /^ +@@ignore$|(?<=[^@]) +@ignore\b/gm

/** A schema as Prisma itself reads it, with what is left out of the client. @throws when Prisma refuses it */
export async function parseSchema(root: string, schema: string): Promise<ParsedSchema> {
  const folder = mkdtempSync(path.join(tmpdir(), 'peerwatch-schema-'))
  try {
    const generator = path.join(import.meta.dirname, 'dmmf-generator.mjs')
    const file = path.join(folder, 'schema.prisma')
    const command = JSON.stringify(`"${process.execPath}" "${generator}"`)
    writeFileSync(
      file,
      `${schema.replace(LEFT_OUT, '')}\ngenerator parsed {\n  provider = ${command}\n  output = "."\n}\n`,
    )
    const prisma = path.join(root, 'node_modules/prisma/build/index.js')
    await promisify(execFile)(process.execPath, [prisma, 'generate', '--schema', file, '--generator', 'parsed'], {
      cwd: root,
      // nothing is downloaded: generating needs no engine
      env: { ...process.env, PRISMA_SCHEMA_ENGINE_BINARY: '/bin/true', CHECKPOINT_DISABLE: '1' },
    })
    return JSON.parse(readFileSync(path.join(folder, 'schema.json'), 'utf8')) as ParsedSchema
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
