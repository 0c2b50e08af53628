import { parsePath, parseSession } from '#lib/contract/vocabulary.ts'

/** The part of a resource that an event's subject names: a path or a session; '' = the whole. */
export function cardPartOf(subject: string): string {
  return parsePath(subject).path ?? (parseSession(subject) ? subject : '')
}
