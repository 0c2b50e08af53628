/** A part of a mail, as IMAP's BODYSTRUCTURE describes it (RFC 3501, section 7.4.2). */
interface PartOfMail {
  /** number by which it is fetched; absent = the mail is this part alone */
  part?: string | undefined
  type: string
  size?: number | undefined
  parameters?: Readonly<Record<string, string>> | undefined
  dispositionParameters?: Readonly<Record<string, string>> | undefined
  childNodes?: readonly PartOfMail[] | undefined
}

/** Parts that are read of one mail; a mail with more is read as far. */
const MAX_PARTS = 20

/** What of a mail may be a notice: iCalendar as a part or an attachment, and the bodies, plain ones first. */
interface NoticeParts {
  calendars: string[]
  bodies: string[]
}

/** Those of a mail, of mails that it forwards too. */
export function noticeParts(root: PartOfMail): NoticeParts {
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

/** Parts that are nested more deeply are left out. Mail that is forwarded several times has about ten levels. */
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
