import { instantTextSchema, requestInstantSchema } from '#lib/contract/index.ts'
import { MAX_NOTE_CHARACTERS } from '#lib/contract/vocabulary.ts'
import { z } from 'zod'

/** A note that a user wrote about a moment or a time range (ADR 0266). */
export const noteSchema = z.object({
  id: z.string(),
  scope: z.string().describe('short id of the resource, or `estate`'),
  scopeName: z.string().nullable().describe('null = the whole estate, or a resource that is no longer known'),
  subject: z
    .string()
    .nullable()
    .describe('a session in the format of events, `10.0.4.12~10.0.4.4`, or a prefix; null = the whole resource'),
  from: instantTextSchema,
  to: instantTextSchema.nullable().describe('null = a moment'),
  text: z.string(),
  writtenBy: z.string(),
  writtenAt: instantTextSchema.describe('time of writing, which may be long after the time that the note is about'),
  changedBy: z.string().nullable(),
  changedAt: instantTextSchema.nullable().describe('null = unchanged'),
})
export type UserNote = z.infer<typeof noteSchema>

const timed = {
  from: requestInstantSchema,
  to: requestInstantSchema.nullable().optional().describe('end of a range; absent = the note is about a moment'),
  text: z
    .string()
    .trim()
    .min(1, 'write a text')
    .max(MAX_NOTE_CHARACTERS, `write ${MAX_NOTE_CHARACTERS} characters at the most`),
}
const isForward = ({ from, to }: { from: string; to?: string | null | undefined }) => !to || from < to
const forwardFault = { message: 'to lies before from: send a later to', path: ['to'] }

export const noteRecordBodySchema = z.strictObject(timed).refine(isForward, forwardFault)
export const newNoteBodySchema = z
  .strictObject({
    scope: z.string().min(1).max(2_048).describe('id of a resource, or `estate`'),
    subject: z.string().trim().min(1).max(200).nullable().optional(),
    ...timed,
  })
  .refine(isForward, forwardFault)
export type NoteBody = z.output<typeof noteRecordBodySchema>
export type NewNoteBody = z.output<typeof newNoteBodySchema>
