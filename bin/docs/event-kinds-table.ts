import {
  endedBy,
  eventAreas,
  type EventKind,
  eventKindRecords,
  eventKindsByArea,
  eventSubjects,
  incidentRoleOf,
  ownerLabel,
} from '#lib/contract/index.ts'

const BEGIN = '<!-- kinds of events: written by `npm run docs` from lib/contract/event-kinds -->'
const END = '<!-- end of the kinds of events -->'

/**
 * Replaces the part of a page that describes the kinds of events.
 * @throws Error when the page has no place for it
 */
export function withEventKinds(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the page holds no "${BEGIN}" before "${END}"`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${tables()}\n\n${page.slice(to)}`
}

const tables = () =>
  eventKindsByArea
    .map(({ area, kinds }) => [`### ${eventAreas[area]}`, '', ...HEAD, ...kinds.map(row)].join('\n'))
    .join('\n\n')

const HEAD = [
  '| kind | meaning | scope; subject | ends | polls | confirmed by | burst | maintenance | rank | owner |',
  '|---|---|---|---|---|---|---|---|---|---|',
]

function row(kind: EventKind): string {
  const { name, meaning, scopes, subject, polls, proof, burst, maintenance, cause } = eventKindRecords[kind]
  const role = incidentRoleOf(kind)
  const cells = [
    `\`${kind}\``,
    `**${name}**. ${meaning}`,
    `${scopes.join(', ')}; ${eventSubjects[subject]}`,
    endOf(kind),
    polls.join(', '),
    proof.map(({ poll, samples }) => `${samples} x ${poll}`).join(' or '),
    burst ? 'yes' : '',
    maintenance === 'expected' ? 'expected' : '',
    role === null ? 'aside' : String(role.rank ?? 'last'),
    cause.owner === 'unknown' ? '' : ownerLabel(cause.owner),
  ]
  return `| ${cells.join(' | ')} |`
}

function endOf(kind: EventKind): string {
  const other = endedBy(kind)
  if (other !== null) return `\`${other}\``
  return eventKindRecords[kind].lifecycle === 'point' ? 'point' : 'interval'
}
