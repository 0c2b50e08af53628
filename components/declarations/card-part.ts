/** The part of a resource that an event's subject names: a path or a session; '' = the whole. */
export function cardPartOf(subject: string): string {
  const path = /\/(primary|secondary)$/.exec(subject)?.[1]
  return path ?? (subject.includes('~') ? subject : '')
}
