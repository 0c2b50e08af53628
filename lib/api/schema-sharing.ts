/** A JSON object. */
export type SchemaJson = Record<string, unknown>

/** The responses of an operation. */
export interface ApiResponses {
  responses: Record<string, { content?: Record<string, { schema?: SchemaJson }> }>
}

/**
 * Minimum length in characters of a schema's JSON text for replacing the schema with a reference. A reference to a
 * shorter schema would not save space.
 */
const MIN_SHARED = 120
/**
 * Keywords of JSON Schema whose values contain further schemas. The value of a keyword in BY_NAME is an object that
 * maps names to schemas. The value of a keyword in PARTS is one schema or a list of schemas.
 */
const BY_NAME = new Set(['properties', 'patternProperties'])
const PARTS = new Set(['items', 'prefixItems', 'anyOf', 'oneOf', 'allOf', 'additionalProperties', 'not'])

/**
 * Moves schemas that occur several times in responses to `#/components/schemas`, and replaces each occurrence with a
 * reference. The description of a schema is not moved. It remains next to the reference.
 */
export class SchemaSharing {
  readonly schemas: Record<string, SchemaJson> = {}
  readonly #counts = new Map<string, number>()
  readonly #names = new Map<string, string>()

  constructor(operations: readonly ApiResponses[]) {
    const contents = operations.flatMap(({ responses }) =>
      Object.values(responses).flatMap(({ content = {} }) => Object.values(content)),
    )
    for (const { schema } of contents) if (schema) this.#inside(schema, '', (part) => this.#count(part))
    for (const one of contents) if (one.schema) one.schema = this.#inside(one.schema, 'Answer', this.#replaced)
  }

  /**
   * Counts how often a schema occurs. Its inner schemas are counted only at its first occurrence, because a repeated
   * schema is written only once.
   */
  #count(schema: SchemaJson): SchemaJson {
    const text = textOf(schema)
    const seen = this.#counts.get(text) ?? 0
    this.#counts.set(text, seen + 1)
    return seen > 0 ? schema : this.#inside(schema, '', (part) => this.#count(part))
  }

  readonly #replaced = (schema: SchemaJson, name: string): SchemaJson => {
    const text = textOf(schema)
    if (text.length < MIN_SHARED || (this.#counts.get(text) ?? 0) < 2) return this.#inside(schema, name, this.#replaced)
    const { description, ...rest } = schema
    let known = this.#names.get(text)
    if (known === undefined) {
      known = this.#newName(name)
      this.#names.set(text, known)
      this.schemas[known] = this.#inside(rest, name, this.#replaced)
    }
    return { ...(description !== undefined && { description }), $ref: `#/components/schemas/${known}` }
  }

  /**
   * Returns an unused name for a shared schema. The name is derived from the property in which the schema first occurs.
   */
  #newName(member: string): string {
    const base = `${member.charAt(0).toUpperCase()}${member.slice(1).replace(/\W/g, '')}`
    let name = base
    for (let n = 2; name in this.schemas || name === 'Problem'; n++) name = `${base}${n}`
    this.schemas[name] = {}
    return name
  }

  #inside(schema: SchemaJson, name: string, replace: (part: SchemaJson, name: string) => SchemaJson): SchemaJson {
    const onePart = (part: unknown): unknown => (isJson(part) ? replace(part, name) : part)
    return Object.fromEntries(
      Object.entries(schema).map(([key, value]) => {
        if (BY_NAME.has(key) && isJson(value))
          return [
            key,
            Object.fromEntries(Object.entries(value).map(([own, part]) => [own, replace(part as SchemaJson, own)])),
          ]
        if (!PARTS.has(key)) return [key, value]
        return [key, Array.isArray(value) ? value.map(onePart) : onePart(value)]
      }),
    )
  }
}

const isJson = (value: unknown): value is SchemaJson =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const textOf = ({ description: _, ...rest }: SchemaJson): string => JSON.stringify(rest)
