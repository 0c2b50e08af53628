import { z } from 'zod'
import { formatTypedMoment, parseWallClock } from '../time/typed-moment.ts'
import {
  type FormDraft,
  type DraftRow,
  readDraftList,
  splitDraftText,
  readDraftRows,
  readDraftText,
  type FormFieldSpec,
  createInitialDraftRow,
} from './form-fields.ts'

/**
 * Returns the initial form values (draft) for an item. A value is a list of texts if the field allows several choices,
 * a list of drafts for a field with rows, and otherwise a text.
 * @param item null = a new item, with the initial values of the fields
 * @param zone time zone of the times in the form
 */
export const createDraft = (fields: readonly FormFieldSpec[], item: object | null, zone = 'UTC'): FormDraft =>
  item === null
    ? createInitialDraftRow(fields)
    : Object.fromEntries(fields.map((field) => [field.name, draftValue(field, valueAt(item, field.name), zone)]))

const valueAt = (item: object, name: string): unknown => (item as Readonly<Record<string, unknown>>)[name]

function draftValue(field: FormFieldSpec, value: unknown, zone: string): FormDraft[string] {
  const values: readonly unknown[] = Array.isArray(value) ? value : []
  if (field.kind === 'rows') return values.map((row) => createDraft(field.parts, row as object, zone) as DraftRow)
  if (field.kind === 'choices' || field.kind === 'ranked') return values.map(String)
  if (field.kind === 'time') return formatTypedMoment(Date.parse(String(value)), zone)
  if (Array.isArray(value)) return values.join(field.kind === 'long' ? '\n' : ', ')
  return value === null || value === undefined ? '' : String(value)
}

/** zod schema of an object. The schema of each field determines how the form value is read. */
interface ObjectSchema {
  shape: Readonly<Record<string, z.ZodType>>
}

/**
 * Converts form values to the input of a schema. Only fields of the schema that the form also has are converted. An
 * empty text becomes null if the schema accepts null. If the schema expects a number or an optional value, a field with
 * an empty text is left out.
 * @param fields fields of the form; a form value without a field counts as text
 * @param zone time zone of the times in the form
 */
export const readFieldInput = (
  fields: readonly FormFieldSpec[],
  { shape }: ObjectSchema,
  draft: FormDraft | DraftRow,
  zone = 'UTC',
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(shape).flatMap(([name, schema]) => {
      const field = fields.find((one) => one.name === name)
      const value = name in draft ? inputValue(field, schema, draft, name, zone) : undefined
      return value === undefined ? [] : [[name, value]]
    }),
  )

function inputValue(field: FormFieldSpec | undefined, schema: z.ZodType, draft: FormDraft, name: string, zone: string) {
  const bare = unwrapSchema(schema)
  if (field?.kind === 'rows') {
    const row = bare instanceof z.ZodArray ? unwrapSchema(bare.element as z.ZodType) : bare
    return readDraftRows(draft, name).map((one) =>
      readFieldInput(field.parts, row as unknown as ObjectSchema, one, zone),
    )
  }
  const text = readDraftText(draft, name).trim()
  if (text === '' && !Array.isArray(draft[name]) && schema.safeParse(null).success) return null
  if (field?.kind === 'time') return readTime(text, zone)
  if (bare instanceof z.ZodArray)
    return Array.isArray(draft[name]) ? readDraftList(draft, name) : splitDraftText(draft, name)
  if (bare instanceof z.ZodNumber) return text === '' ? undefined : Number(text)
  return text === '' && schema instanceof z.ZodOptional ? undefined : text
}

/** Converts the local time in a form to ISO 8601. Returns '' if the text is empty or not a time. */
function readTime(text: string, zone: string): string {
  const at = parseWallClock(text, zone)
  return at === null ? '' : new Date(at).toISOString()
}

function unwrapSchema(schema: z.ZodType): z.ZodType {
  if (schema instanceof z.ZodNullable || schema instanceof z.ZodOptional || schema instanceof z.ZodDefault)
    return unwrapSchema(schema.unwrap() as z.ZodType)
  return schema instanceof z.ZodPipe ? unwrapSchema(schema.in as z.ZodType) : schema
}
