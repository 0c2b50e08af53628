import { z } from 'zod'
import { circuitPaths } from '#lib/contract/poll.ts'
import { instantCodec } from '#lib/contract/api/codecs.ts'
import { createOutgoingUrlSchema } from '#lib/contract/channels/outgoing-url.ts'

/**
 * Values that define to which resources the events of a calendar apply. `everything`: to all resources. `chosen`: to
 * the resources that are selected for the calendar. `named`: to the resources that are named in the text of each event.
 */
const calendarAbouts = ['everything', 'chosen', 'named'] as const
export type CalendarSubjectKind = (typeof calendarAbouts)[number]

const oneLine = z
  .string()
  .trim()
  .regex(/^\P{Cc}*$/u, 'write one line, without control characters')

/** Maximum number of characters of a calendar file in a request. */
const MAX_SENT = 900_000

/** Body of a request that saves a calendar. Without `url` and `content`, the stored address or text is kept. */
export const calendarBodySchema = z
  .strictObject({
    name: oneLine.pipe(z.string().min(1, 'give it a name').max(200)),
    url: z
      .preprocess(
        // Replaces the scheme `webcal:`, which calendar programs use for subscriptions, by `https:`.
        (text) => (typeof text === 'string' ? text.trim().replace(/^webcals?:/i, 'https:') : text),
        createOutgoingUrlSchema('enter a URL such as https://calendar.example.com/changes.ics'),
      )
      .optional()
      .describe('URL that is read every hour; a secret: absent = unchanged'),
    content: z
      .string()
      .max(MAX_SENT, `a file has ${MAX_SENT} characters at the most; for a larger one enter a URL`)
      .regex(/^[^\0]*$/, 'write text, without a NUL')
      .optional()
      .describe('text of an .ics file or of a provider’s notice, in place of a URL'),
    adds: z
      .boolean()
      .default(false)
      .describe(
        'true = `content` is added to the stored text, because notices arrive one by one: among events with the same UID, the highest SEQUENCE counts',
      ),
    about: z.enum(calendarAbouts),
    scopes: z
      .array(oneLine.pipe(z.string().min(1).max(2_048)))
      .max(200)
      .default([])
      .describe('circuits and gateways of `chosen`'),
    paths: z.array(z.enum(circuitPaths)).max(2).default([]).describe('affected paths of the circuits; empty = both'),
  })
  .refine(({ url, content }) => url === undefined || content === undefined, {
    path: ['content'],
    message: 'send url or content, not both',
  })
  .refine(({ about, scopes }) => about !== 'chosen' || scopes.length > 0, {
    path: ['scopes'],
    message: 'choose what the calendar is about',
  })
export type CalendarBody = z.output<typeof calendarBodySchema>

/**
 * A calendar with the result of the last attempt to read it. If this attempt failed, the windows from the last
 * successful attempt remain valid.
 */
export const calendarSchema = z.object({
  id: z.string(),
  name: z.string(),
  url: z.string().nullable().describe('masked; null = a file, or encrypted with another SECRETS_KEY'),
  isFile: z.boolean(),
  about: z.enum(calendarAbouts),
  scopes: z.array(z.string()),
  paths: z.array(z.enum(circuitPaths)),
  triedAt: instantCodec.nullable().describe('time of the last attempt to read it'),
  readAt: instantCodec.nullable().describe('time at which it was last read; its windows are as of then'),
  failure: z.string().nullable().describe('reason why the last attempt failed; null = it succeeded'),
  problems: z
    .array(z.object({ event: z.string(), reason: z.string() }))
    .describe('events that could not be read; at most 20'),
})
export type ApiCalendar = z.infer<typeof calendarSchema>
