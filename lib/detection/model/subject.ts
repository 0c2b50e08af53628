/** How one session is named in events: `10.0.4.12~10.0.4.4`. */
export function sessionSubject(session: { localAddress: string; neighbor: string }): string {
  return `${session.localAddress}~${session.neighbor}`
}

/** The near end of a session, from its subject. */
export const instanceOf = (subject: string): string => subject.slice(0, subject.indexOf('~'))

/** The far end of a session, from its subject; a subject that names a neighbor alone is that. */
export const neighborOf = (subject: string): string => subject.slice(subject.indexOf('~') + 1)

export const tableKey = (instance: string | null, peer: string | null) => `${instance ?? ''}|${peer ?? ''}`
