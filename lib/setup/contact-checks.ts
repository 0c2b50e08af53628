import { type PollOutcome, type PollKind, pollKinds, setupCheckRecords, type SetupResult } from '#lib/contract/index.ts'
import { NON_FAILURE_OUTCOMES } from '#lib/detection/source/failing-polls.ts'
import { formatPollKind } from '#lib/contract/words/index.ts'
import type { SetupState } from '#lib/contract/words/setup-checks.ts'

export interface ValueDistribution {
  least: number
  median: number
  most: number
}

/** Statistics about the polls of one kind. */
interface KindFigures {
  polls: number
  outcomes: Partial<Record<PollOutcome, number>>
  /** durations of the polls in seconds, each from the first request to the last response */
  seconds: ValueDistribution
  /** number of polls with an error, by Azure's error code or `other` */
  codes: Record<string, number>
}

/**
 * Statistics about the first contact with an Azure environment: numbers, times and Azure's error codes. They contain no
 * data of the customer's resources.
 */
export interface FirstContactFigures {
  requests: number
  statuses: Record<string, number>
  faults: Record<string, number>
  apiVersions: Record<string, number>
  contentTypes: Record<string, number>
  /** for each response header with a remaining budget, its lowest value */
  budgets: Record<string, number>
  retryAfterSeconds: ValueDistribution | null
  /** number of responses that accepted a long-running operation */
  operations: number
  /** number of responses with a link to a next page */
  pages: number
  bytes: ValueDistribution | null
  seconds: ValueDistribution | null
  /**
   * minimum and maximum time in milliseconds by which Azure's clock is ahead of this machine's clock, over all
   * responses
   */
  clockAheadMs: { atLeast: number; atMost: number } | null
  kinds: Partial<Record<PollKind, KindFigures>>
}

/** A line of the report on a first contact. It contains no names of resources. */
export interface FirstContactCheck {
  id: string
  title: string
  state: SetupState
  detail: string
}

/**
 * Results of the replay: the polls were repeated against a server that returns the recorded responses of the first
 * contact.
 */
export interface RecordingReplayStatistics {
  exchanges: number
  /** statistics about the polls of the replay, by kind */
  kinds: FirstContactFigures['kinds']
  /** number of requests for which no response was recorded */
  notRecorded: number
}

interface ContactFacts {
  setup: readonly SetupResult[]
  figures: FirstContactFigures
  /** results of the replay; a text = the reason why there are none */
  replay: RecordingReplayStatistics | string
  /** number of pages of Azure's price list; a text = the reason why there are none */
  prices: number | string
}

type Judged = [state: SetupState, detail: string]

const listed = (counts: Record<string, number>): string =>
  Object.entries(counts)
    .map(([word, count]) => `${count} ${word}`)
    .join(', ') || 'none'

const sumOf = (counts: Record<string, number>, has: (word: string) => boolean): number =>
  Object.entries(counts).reduce((sum, [word, count]) => (has(word) ? sum + count : sum), 0)

const outcomesOf = ({ kinds }: Pick<FirstContactFigures, 'kinds'>, outcome: PollOutcome): Record<string, number> =>
  Object.fromEntries(
    Object.entries(kinds).flatMap(([kind, { outcomes }]) =>
      outcomes[outcome] === undefined ? [] : [[kind, outcomes[outcome]]],
    ),
  )

const found = (counts: Record<string, number>, state: SetupState): Judged =>
  Object.keys(counts).length === 0 ? ['pass', 'none'] : [state, listed(counts)]

/** Checks about all responses together, in the order of the report. */
const answerChecks: readonly [id: string, title: string, judge: (facts: ContactFacts) => Judged][] = [
  ['requests', 'Requests', ({ figures: { requests } }) => [requests > 0 ? 'pass' : 'fail', `${requests} left`]],
  ['faults', 'Broken connections', ({ figures: { faults } }) => found(faults, 'warn')],
  [
    'refused',
    'Refusals',
    ({ figures: { statuses } }) => {
      const count = sumOf(statuses, (status) => status === '401' || status === '403')
      return count === 0 ? ['pass', 'none'] : ['fail', `${count} answers with 401 or 403`]
    },
  ],
  [
    'throttled',
    'Throttling',
    ({ figures: { statuses } }) => {
      const count = statuses['429'] ?? 0
      return count === 0 ? ['pass', 'none'] : ['warn', `${count} answers with 429; a lock on a resource is one too`]
    },
  ],
  [
    'serverErrors',
    'Errors of Azure',
    ({ figures: { statuses } }) => {
      const count = sumOf(statuses, (status) => status.startsWith('5'))
      return count === 0 ? ['pass', 'none'] : ['warn', `${count} answers with 5xx`]
    },
  ],
  [
    'budgets',
    'Budgets in headers',
    ({ figures: { budgets } }) =>
      Object.keys(budgets).length === 0
        ? ['skip', 'no header said what is left']
        : [
            'pass',
            Object.entries(budgets)
              .map(([name, left]) => `${name}: ${left} left at least`)
              .join('; '),
          ],
  ],
  [
    'retryAfter',
    'Retry-After',
    ({ figures: { retryAfterSeconds: wait } }) =>
      wait === null ? ['skip', 'no answer carried it'] : ['pass', `${wait.least} to ${wait.most} s`],
  ],
  [
    'operations',
    'Long operations',
    ({ figures: { operations } }) =>
      operations === 0 ? ['skip', 'none was started'] : ['pass', `${operations} answers with 202`],
  ],
  ['pages', 'Pages', ({ figures: { pages } }) => ['pass', pages === 0 ? 'every list had one' : `${pages} led on`]],
  [
    'sizes',
    'Size of answers',
    ({ figures: { bytes } }) => (bytes === null ? ['skip', 'no answer'] : ['pass', `at most ${bytes.most} characters`]),
  ],
  [
    'answerTimes',
    'Time of an answer',
    ({ figures: { seconds } }) =>
      seconds === null
        ? ['skip', 'no answer']
        : [seconds.most > 25 ? 'warn' : 'pass', `median ${seconds.median} s, at most ${seconds.most} s`],
  ],
  ['apiVersions', 'Versions asked for', ({ figures: { apiVersions } }) => ['pass', listed(apiVersions)]],
  [
    'contentTypes',
    'Content types',
    ({ figures: { contentTypes } }) => {
      const others = sumOf(contentTypes, (type) => !type.endsWith('json') && type !== 'none')
      return [others > 0 ? 'warn' : 'pass', listed(contentTypes)]
    },
  ],
  [
    'clock',
    'Clock of all answers',
    ({ figures: { clockAheadMs: ahead } }) =>
      ahead === null
        ? ['skip', 'no answer had a Date']
        : ahead.atLeast > ahead.atMost
          ? ['warn', 'the answers contradict each other: several clocks, or one that jumped']
          : ['pass', `Azure’s is ahead by ${ahead.atLeast} to ${ahead.atMost} ms`],
  ],
  ['undecoded', 'Answers that could not be read', ({ figures }) => found(outcomesOf(figures, 'malformed'), 'fail')],
  [
    'incomplete',
    'Answers with rows that could not be read',
    ({ figures }) => found(outcomesOf(figures, 'incomplete'), 'warn'),
  ],
  [
    'prices',
    'List prices',
    ({ prices }) => (typeof prices === 'number' ? ['pass', `${prices} pages`] : ['warn', prices]),
  ],
  [
    'recording',
    'Recording',
    ({ replay }) => (typeof replay === 'string' ? ['fail', replay] : ['pass', `${replay.exchanges} answers`]),
  ],
  [
    'replayUndecoded',
    'Replay: answers that could not be read',
    ({ replay }) =>
      typeof replay === 'string' ? ['skip', 'no replay'] : found(outcomesOf(replay, 'malformed'), 'fail'),
  ],
  [
    'replayUnknown',
    'Replay: kinds that end otherwise than in Azure',
    ({ replay, figures }) => {
      if (typeof replay === 'string') return ['skip', 'no replay']
      const unlike = pollKinds.filter((kind) => isUnlike(figures.kinds[kind], replay.kinds[kind]))
      return unlike.length === 0 ? ['pass', 'none'] : ['fail', unlike.join(', ')]
    },
  ],
  [
    'replayMissing',
    'Replay: requests without a recorded answer',
    ({ replay }) =>
      typeof replay === 'string'
        ? ['skip', 'no replay']
        : [replay.notRecorded === 0 ? 'pass' : 'warn', String(replay.notRecorded)],
  ],
]

/**
 * Reports whether polls of a kind had an outcome in the replay that the real polls of this kind never had. False if
 * this kind was not polled in Azure.
 */
function isUnlike(azure: KindFigures | undefined, replay: KindFigures | undefined): boolean {
  if (!azure) return false
  return Object.keys(replay?.outcomes ?? {}).some((outcome) => !(outcome in azure.outcomes))
}

function kindCheck(kind: PollKind, figures: KindFigures | undefined): FirstContactCheck {
  const title = `Read: ${formatPollKind(kind)}`
  if (!figures) return { id: `read_${kind}`, title, state: 'skip', detail: 'nothing in this estate has it' }
  const { polls, outcomes, seconds, codes } = figures
  const bad = (Object.keys(outcomes) as PollOutcome[]).filter(
    (outcome) => outcome !== 'ok' && !NON_FAILURE_OUTCOMES.has(outcome),
  )
  const state = outcomes.ok === undefined && bad.length > 0 ? 'fail' : bad.length > 0 ? 'warn' : 'pass'
  const words = Object.keys(codes).length === 0 ? '' : `; ${listed(codes)}`
  const times = `${seconds.least} to ${seconds.most} s, median ${seconds.median} s`
  return {
    id: `read_${kind}`,
    title,
    state,
    detail: `${polls} polls: ${listed(outcomes as Record<string, number>)}; ${times}${words}`,
  }
}

/**
 * Returns all checks of a first contact, setup checks first. Setup checks are included without their details, which
 * contain names of resources.
 */
export function listFirstContactChecks(facts: ContactFacts): FirstContactCheck[] {
  return [
    ...facts.setup.map(({ id, state }) => ({
      id,
      title: setupCheckRecords[id].title,
      state,
      detail: setupCheckRecords[id].about,
    })),
    ...pollKinds.map((kind) => kindCheck(kind, facts.figures.kinds[kind])),
    ...answerChecks.map(([id, title, judge]) => {
      const [state, detail] = judge(facts)
      return { id, title, state, detail }
    }),
  ]
}

/** Returns the report about a first contact, which users send to the developers, as Markdown. */
export function formatFirstContactMarkdown(
  checks: readonly FirstContactCheck[],
  about: { at: string; minutes: number; version: string },
): string {
  const count = (state: SetupState) => checks.filter((check) => check.state === state).length
  return [
    '# First contact of Peerwatch with an Azure',
    '',
    `${about.at}, ${about.minutes} min, Peerwatch ${about.version}: ${count('pass')} ok, ${count('warn')} with a warning, ${count('fail')} failed, ${count('skip')} not checked.`,
    '',
    '| check | state | what was found |',
    '|---|---|---|',
    ...checks.map(({ title, state, detail }) => `| ${title} | ${state} | ${detail.replaceAll('|', '\\|')} |`),
    '',
  ].join('\n')
}
