import { calendarBodySchema, type CalendarBody, type ApiCalendar } from '#lib/maintenance/api/calendars.ts'
import { pathsFormField } from '../declarations/forms/window-fields.ts'
import { createDraft, readFieldInput } from '../schema-form/form-draft.ts'
import {
  type FormDraft,
  type FormFieldSpec,
  readDraftText,
  createLabelOptions,
  buildResourceOptions,
} from '../schema-form/form-fields.ts'
import { type FormValidation, validateFormInput } from '../schema-form/form-validation.ts'

export const calendarAboutLabels: Record<CalendarBody['about'], string> = {
  named: 'what each event names',
  chosen: 'the resources chosen below',
  everything: 'everything',
}

export const calendarFormFields: FormFieldSpec[] = [
  { name: 'name', label: 'Name', kind: 'line', placeholder: 'Change calendar' },
  {
    name: 'url',
    label: 'URL',
    hint: 'Read each hour. https; an address that is not public must be listed in OUTBOUND_ALLOW. Redirects are not followed.',
    kind: 'line',
    placeholder: 'https://calendar.example.com/changes.ics',
  },
  {
    name: 'about',
    label: 'Its events are about',
    hint: 'Named: a circuit or gateway by its name, service id or ARM id in the summary, description or location; erc-london/primary is one path. An event that names none is shown, and explains nothing.',
    kind: 'choice',
    initial: 'named',
    options: () => createLabelOptions(calendarAboutLabels),
    wide: true,
  },
  {
    name: 'scopes',
    label: 'Resources',
    kind: 'choices',
    isShown: (draft) => readDraftText(draft, 'about') === 'chosen',
    options: buildResourceOptions,
    wide: true,
  },
  pathsFormField,
]

export const calendarContentFormField: FormFieldSpec = {
  name: 'content',
  label: 'Text of a file',
  hint: 'In place of a URL: choose an .ics file, or paste its text, or a provider’s notice with its subject.',
  kind: 'long',
  placeholder: 'BEGIN:VCALENDAR',
}

/**
 * Form field that determines whether a calendar's pasted or uploaded text replaces the stored text or is added to it.
 * Adding is useful because providers send each maintenance notice separately.
 */
export const appendModeField: FormFieldSpec = {
  name: 'adds',
  label: 'The new text',
  hint: 'Of notices with one UID the highest SEQUENCE counts: a change or a cancellation replaces what was announced.',
  kind: 'choice',
  options: () => [
    { value: '', label: 'replaces the stored one' },
    { value: 'yes', label: 'is added to it' },
  ],
}

/**
 * Returns the initial values of the form for a calendar. The URL field is empty, because the stored URL is a secret,
 * which the API returns only masked.
 */
export const createCalendarDraft = (calendar: ApiCalendar | null): FormDraft =>
  createDraft(
    [...calendarFormFields, calendarContentFormField, appendModeField],
    calendar && { ...calendar, url: null },
  )

/**
 * Validates the values of the form for a calendar. An empty URL or text keeps the stored value; a new calendar needs a
 * URL or a text.
 */
export function readCalendarDraft(draft: FormDraft, isNew: boolean): FormValidation<CalendarBody> {
  const content = readDraftText(draft, 'content')
  const isFile = content.trim() !== ''
  const input = {
    ...readFieldInput([], calendarBodySchema, draft),
    ...(readDraftText(draft, 'about') !== 'chosen' && { scopes: [] }),
    ...(isFile && { content }),
    adds: isFile && !isNew && readDraftText(draft, 'adds') === 'yes',
  }
  const missing: Record<string, string> =
    isNew && readDraftText(draft, 'url').trim() === '' && !isFile ? { url: 'enter a URL, or the text of a file' } : {}
  return validateFormInput(calendarBodySchema, input, ([field]) => String(field ?? 'root'), missing)
}
