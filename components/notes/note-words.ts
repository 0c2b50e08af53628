import { toCsv } from '#lib/contract/csv.ts'
import type { Note } from '#lib/incidents/api/index.ts'
import { formatMoment, zoneLabel } from '../format/instant.ts'

/** A note that is being written. */
export type NoteDraft = Pick<Note, 'from' | 'to' | 'text'> & { id: string | null }

/** What the notes of a page are about. */
export interface NotesPlace {
  /** short ids of resources, the page's own first; null = everything */
  scopes: readonly string[] | null
  /** a session or prefix of the first */
  subject?: string | null
  /** of what they are about, as people read it */
  name: string
}

/** Begin and end of what a note is about, epoch milliseconds; of a moment they are one. */
export const timeOfNote = ({ from, to }: Pick<Note, 'from' | 'to'>): { from: number; to: number } => ({
  from: Date.parse(from),
  to: Date.parse(to ?? from),
})

/** Notes that touch a time, the earliest first. */
export const notesIn = (notes: readonly Note[], from: number, to: number): Note[] =>
  notes
    .filter((note) => timeOfNote(note).to >= from && timeOfNote(note).from <= to)
    .toSorted((a, b) => Date.parse(a.from) - Date.parse(b.from))

/** Who wrote a note and when, and who changed it. @param today epoch milliseconds; times of that day stand without their date */
export function signatureOf({ writtenBy, writtenAt, changedBy, changedAt }: Note, zone: string, today: number | null) {
  const at = (time: string) => `${formatMoment(Date.parse(time), zone, today)} ${zoneLabel(Date.parse(time), zone)}`
  const change = changedBy && changedAt && `, changed by ${changedBy} ${at(changedAt)}`
  return `${writtenBy} ${at(writtenAt)}${change ?? ''}`
}

/** Fewer letters say nothing. */
const FEWEST = 4

/** As much of a text as there is room for; '' where that is nearly nothing. @param most letters */
export const cutText = (text: string, most: number): string =>
  text.length <= most ? text : most < FEWEST ? '' : `${text.slice(0, most - 1).trimEnd()}…`

/** Notes below the rows of a chart's file; nothing without any. */
export const notesCsv = (notes: readonly Note[]): string =>
  notes.length === 0
    ? ''
    : `\r\n${toCsv([
        ['Note from (UTC)', 'Note to (UTC)', 'Note', 'Written by', 'Written (UTC)'],
        ...notes.map(({ from, to, text, writtenBy, writtenAt }) => [from, to, text, writtenBy, writtenAt]),
      ])}`

/** What opens by a press is where the keyboard goes on. */
export const takeFocus = (element: HTMLElement | null): void => element?.focus()
