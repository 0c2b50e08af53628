import type { Field, Index, ParsedSchema } from './parsed-schema.ts'

/**
 * The tables that a schema describes, one line for each column, key, index and reference, in the words of
 * {@link catalogTables}. What the schema leaves open has Prisma's default.
 * @throws when a column has a type that has no counterpart here
 */
export function describedTables(schema: ParsedSchema): string[] {
  const tables = new Map(schema.models.map((model) => [model.name, tableOf(model)]))
  const lines = schema.models.flatMap((model) => {
    const table = tableOf(model)
    return model.fields.flatMap((field) => {
      if (field.kind !== 'object') return columnLine(table, field)
      const other = schema.models.find(({ name }) => name === field.type)
      return field.relationFromFields?.length && other ? referenceLine(table, model, field, other) : []
    })
  })
  const indexes = schema.indexes.map((index) => {
    const model = schema.models.find(({ name }) => name === index.model)
    return indexLine(tables.get(index.model) ?? index.model, model?.fields ?? [], index)
  })
  return [...tables.values()]
    .map((table) => `table ${table}`)
    .concat(lines, indexes)
    .toSorted()
}

type Model = ParsedSchema['models'][number]

const tableOf = ({ name, dbName }: Model) => dbName ?? name
const columnOf = ({ name, dbName }: Field) => dbName ?? name
const columnsOf = (fields: readonly Field[], names: readonly string[] = []) =>
  names.map((name) => fields.find((field) => field.name === name)).flatMap((field) => (field ? columnOf(field) : []))

const TYPES: Readonly<Record<string, string>> = {
  BigInt: 'bigint',
  Boolean: 'boolean',
  Bytes: 'bytea',
  Float: 'double precision',
  Int: 'integer',
  Json: 'jsonb',
  String: 'text',
  'BigInt BigInt': 'bigint',
  'Boolean Boolean': 'boolean',
  'Bytes ByteA': 'bytea',
  'DateTime Date': 'date',
  'DateTime Timestamptz 3': 'timestamp(3) with time zone',
  'DateTime Timestamptz 6': 'timestamp(6) with time zone',
  'Decimal Decimal': 'numeric',
  'Float DoublePrecision': 'double precision',
  'Float Real': 'real',
  'Int Integer': 'integer',
  'Int SmallInt': 'smallint',
  'Json JsonB': 'jsonb',
  'String Inet': 'inet',
  'String Text': 'text',
  'String Uuid': 'uuid',
}

function columnLine(table: string, field: Field): string {
  const [native = '', args = []] = field.nativeType ?? []
  const name = [field.type, native, ...args].filter(Boolean).join(' ')
  const type = TYPES[name]
  if (!type) throw new Error(`${table}.${columnOf(field)}: no type of Postgres is known for ${name}`)
  const isNull = field.isRequired ? ' not null' : ''
  return `table ${table}, column ${columnOf(field)}: ${type}${field.isList ? '[]' : ''}${isNull}${defaultOf(field)}`
}

function defaultOf({ default: value, type }: Field): string {
  if (value === undefined) return ''
  if (Array.isArray(value)) return ` default '{${value.join(',')}}'`
  if (typeof value !== 'object') {
    return ` default ${type === 'String' || type === 'Json' ? `'${value}'` : value}`
  }
  return ` default ${value.name === 'dbgenerated' ? value.args[0] : `${value.name}()`}`
}

const ACTIONS: Readonly<Record<string, string>> = {
  Cascade: 'cascade',
  NoAction: 'no action',
  Restrict: 'restrict',
  SetDefault: 'set default',
  SetNull: 'set null',
}

function referenceLine(table: string, { fields }: Model, field: Field, other: Model): string {
  const from = columnsOf(fields, field.relationFromFields).join(', ')
  const to = columnsOf(other.fields, field.relationToFields).join(', ')
  const onDelete = ACTIONS[field.relationOnDelete ?? (field.isRequired ? 'Restrict' : 'SetNull')]
  const onUpdate = ACTIONS[field.relationOnUpdate ?? 'Cascade']
  return `table ${table}, reference (${from}) to ${tableOf(other)} (${to}): on delete ${onDelete}, on update ${onUpdate}`
}

function indexLine(table: string, fields: readonly Field[], index: Index): string {
  const columns = index.fields.map(({ name, sortOrder }) => {
    const [column] = columnsOf(fields, [name])
    return `${column}${sortOrder === 'desc' ? ' desc' : ''}`
  })
  if (index.type === 'id') return `table ${table}, key (${columns.join(', ')})`
  const bare = columnsOf(
    fields,
    index.fields.map(({ name }) => name),
  )
  const isUnique = index.type === 'unique'
  const name = index.dbName ?? [table, ...bare, isUnique ? 'key' : 'idx'].join('_')
  const method = (index.algorithm ?? 'BTree').toLowerCase()
  return `table ${table}, ${isUnique ? 'unique' : 'index'} ${name}: ${method} (${columns.join(', ')})`
}
