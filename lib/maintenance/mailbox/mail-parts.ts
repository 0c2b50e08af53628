/** A part of a mail, as IMAP's BODYSTRUCTURE describes it (RFC 3501, section 7.4.2). */
interface PartOfMail {
  /** number of the part, used to fetch it; absent = the mail has only one part */
  part?: string | undefined
  type: string
  size?: number | undefined
  parameters?: Readonly<Record<string, string>> | undefined
  dispositionParameters?: Readonly<Record<string, string>> | undefined
  childNodes?: readonly PartOfMail[] | undefined
}

/** Maximum number of parts of each kind (iCalendar, plain text, HTML) that are read of one mail. */
const MAX_PARTS = 20

/**
 * Numbers of the parts of a mail that may contain a notice: iCalendar parts (including attachments), and text bodies
 * (plain text before HTML).
 */
interface NoticeParts {
  calendars: string[]
  bodies: string[]
}

/** Returns the parts of a mail that may contain a notice, including the parts of forwarded mails inside it. */
export function findNoticeParts(root: PartOfMail): NoticeParts {
  const leaves = leavesOf(root)
  const numbers = (of: (part: PartOfMail) => boolean) =>
    leaves
      .filter(of)
      .map(({ part }) => part ?? '1')
      .slice(0, MAX_PARTS)
  return {
    calendars: numbers(isCalendar),
    bodies: [...numbers(isOf('text/plain')), ...numbers(isOf('text/html'))],
  }
}

/**
 * Maximum nesting depth of parts. A mail that was forwarded several times has about ten levels. Deeper parts are
 * ignored.
 */
const MAX_DEPTH = 20

const leavesOf = (node: PartOfMail, depth = 1): PartOfMail[] => {
  if (!node.childNodes || node.childNodes.length === 0) return [node]
  return depth === MAX_DEPTH ? [] : node.childNodes.flatMap((child) => leavesOf(child, depth + 1))
}

const nameOf = ({ parameters, dispositionParameters }: PartOfMail) =>
  dispositionParameters?.filename ?? parameters?.name ?? ''

const isCalendar = (part: PartOfMail) =>
  /^(text\/calendar|application\/ics)$/i.test(part.type) || /\.ics$/i.test(nameOf(part))

const isOf = (type: string) => (part: PartOfMail) => part.type.toLowerCase() === type && !isCalendar(part)
