/** The part of a thing that an event's subject names, as cards name it: a path or a session; '' = the whole. */
export function cardPartOf(subject: string): string {
  const path = /\/(primary|secondary)$/.exec(subject)?.[1]
  return path ?? (subject.includes('~') ? subject : '')
}
