import { parsePathSubject, parseSessionSubject } from '#lib/contract/vocabulary.ts'

/**
 * Returns the part of a resource that an event's subject names: a path or a session; '' = the whole resource. Contact
 * cards belong to such parts.
 */
export function getOperatorCardPart(subject: string): string {
  return parsePathSubject(subject).path ?? (parseSessionSubject(subject) ? subject : '')
}
