import { endedBy, type EventKind, eventKindRecords, incidentRoleOf, ownerLabel } from '#lib/contract/index.ts'

const BEGIN = '<!-- kinds of events: written by `npm run docs` from lib/contract/event-kinds -->'
const END = '<!-- end of the kinds of events -->'

/**
 * Replaces the part of a page that says how kinds of events are treated.
 * @throws Error when the page has no place for it
 */
export function withEventKinds(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the page holds no "${BEGIN}" before "${END}"`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${lists()}\n\n${page.slice(to)}`
}

const kinds = Object.keys(eventKindRecords) as EventKind[]
const listed = (some: readonly EventKind[]) => some.map((kind) => `\`${kind}\``).join(', ')

/** A line for each value: what has none is in no line. */
function linesBy(valueOf: (kind: EventKind) => string | null): string[] {
  const byValue = Map.groupBy(kinds, valueOf)
  return [...byValue].flatMap(([value, some]) => (value === null ? [] : [`- ${value}: ${listed(some)}`]))
}

const lists = () =>
  [
    ['Ends:', '', ...linesBy(endOf)],
    [
      'Polls without which it is not seen to begin or end:',
      '',
      ...linesBy((kind) => eventKindRecords[kind].polls.join(', ')),
    ],
    [
      'Good samples in a row that confirm it; where none are named no bound of the delay can be given:',
      '',
      ...linesBy(proofOf),
    ],
    [`Polls around it become faster: ${listed(kinds.filter((kind) => eventKindRecords[kind].burst))}.`],
    [
      `In a maintenance window all are expected and notify nobody but ${listed(kinds.filter((kind) => eventKindRecords[kind].maintenance !== 'expected'))}.`,
    ],
    [`Rank in an incident, the lowest is its root: ${ranks()}.`],
    ['Owner where the evidence names no other:', '', ...linesBy(ownerOf)],
  ]
    .map((lines) => lines.join('\n'))
    .join('\n\n')

function endOf(kind: EventKind): string | null {
  const other = endedBy(kind)
  if (other !== null) return `by \`${other}\``
  return eventKindRecords[kind].lifecycle === 'point' ? 'at once, a point' : null
}

const proofOf = (kind: EventKind): string | null =>
  eventKindRecords[kind].proof.map(({ poll, samples }) => `${samples} × ${poll}`).join(' or ') || null

function ownerOf(kind: EventKind): string | null {
  const { owner } = eventKindRecords[kind].cause
  return owner === 'unknown' ? null : ownerLabel(owner)
}

function ranks(): string {
  const roles = kinds.map((kind) => ({ kind, role: incidentRoleOf(kind) }))
  const ranked = roles
    .flatMap(({ kind, role }) => (role?.rank == null ? [] : [{ kind, rank: role.rank }]))
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ kind, rank }) => `${rank} \`${kind}\``)
  const aside = roles.filter(({ role }) => role === null).map(({ kind }) => kind)
  return `${ranked.join(', ')}; all others come last; in no incident: ${listed(aside)}`
}
