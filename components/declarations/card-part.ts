import { parsePath, parseSession } from '#lib/contract/vocabulary.ts'

/** Returns the part of a resource to which an event's subject refers: a path or a session; '' = the whole resource. */
export function cardPartOf(subject: string): string {
  return parsePath(subject).path ?? (parseSession(subject) ? subject : '')
}
