import {
  endedBy,
  eventAreas,
  type EventKind,
  eventKindRecords,
  eventKindsByArea,
  incidentRoleOf,
  ownerLabel,
  type PollKind,
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

const HEAD = ['| kind | scope; subject | ends | polls (samples) | in incidents |', '|---|---|---|---|---|']

function row(kind: EventKind): string {
  const { scopes, subject, polls, proof, burst, maintenance, cause } = eventKindRecords[kind]
  const role = incidentRoleOf(kind)
  const samplesOf = (poll: PollKind) => proof.find((one) => one.poll === poll)?.samples
  const treated = [
    role === null ? 'aside' : String(role.rank ?? 'last'),
    burst ? 'burst' : '',
    maintenance === 'expected' ? 'expected' : '',
    cause.owner === 'unknown' ? '' : ownerLabel(cause.owner),
  ]
  const cells = [
    `\`${kind}\``,
    `${scopes.join(', ')}; ${subject}`,
    endOf(kind),
    polls.map((poll) => (samplesOf(poll) ? `${poll} (${samplesOf(poll)})` : poll)).join(', '),
    treated.filter(Boolean).join(', '),
  ]
  return `| ${cells.join(' | ')} |`
}

function endOf(kind: EventKind): string {
  const other = endedBy(kind)
  if (other !== null) return `\`${other}\``
  return eventKindRecords[kind].lifecycle === 'point' ? 'point' : 'interval'
}
