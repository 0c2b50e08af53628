/** How one session is named in events: `10.0.4.12~10.0.4.4`. */
export function sessionSubject(session: { localAddress: string; neighbor: string }): string {
  return `${session.localAddress}~${session.neighbor}`
}
