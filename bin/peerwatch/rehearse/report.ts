import type { TwinSelectedRoute } from './twin/running-twin.ts'
import { replaceControlCharacters } from '../text-table.ts'
import type {
  PredictedPathMismatch,
  RehearsedPrefixMove,
  PlanRehearsalReport,
  PlanRehearsalResult,
} from './rehearse.ts'

const MAX_LISTED_LINES = 40

/** Returns the result of a rehearsal as text for a terminal. */
export function formatPlanRehearsalResult({
  at,
  done,
  refused,
  result,
  names,
  bird,
  isOld,
}: Omit<PlanRehearsalReport, 'state'> & { bird: string; isOld: boolean }): string {
  const head = `Tables of ${at}${isOld ? ' (old, or not all were read)' : ''}`
  if (!result) return lines(`${head}: not rehearsed, because parts of it are unknown`, refused)
  const { before, after, seconds, moved, gained, unknown, notPlayed } = result
  const alike = ({ compared, differences }: PlanRehearsalResult['before']) =>
    `${compared - differences.length} of ${compared}`
  const differs = ({ side, scope, prefix, model, routers }: PredictedPathMismatch) =>
    `${side} ${prefix} at ${names[scope] ?? scope}: model ${formatHop(model, names)}; routers ${formatHop(routers, names)}`
  const unplanned = gained.filter(({ isPlanned }) => !isPlanned)
  return [
    `${head}, on ${result.routers} routers (BIRD ${bird}) with ${result.sessions} sessions\n`,
    lines('Carried out', done),
    lines(`Before, as recorded: ${alike(before)}`, before.differences.map(differs)),
    lines('By seconds', steps(seconds).map(formatSecond)),
    lines(`As predicted: ${alike(after)}`, after.differences.map(differs)),
    lines(
      'Elsewhere now',
      moved.map((one) => formatMoved(one, names)),
      'nothing',
    ),
    ...(unplanned.length > 0
      ? [
          lines(
            'New, and not predicted',
            unplanned.map(({ scope, prefix }) => `${prefix} at ${names[scope] ?? scope}`),
          ),
        ]
      : []),
    unknown > 0 ? `Not known to the model: ${unknown} prefixes\n` : '',
    ...notPlayed.map(({ why, prefixes }) => `Not played: ${prefixes.length} prefixes: ${why} (${some(prefixes)})\n`),
  ].join('')
}

function lines(head: string, all: readonly string[], none = ''): string {
  if (all.length === 0) return `${head}${none && `: ${none}`}\n`
  const more = all.length > MAX_LISTED_LINES ? [`and ${all.length - MAX_LISTED_LINES} more: --json has all`] : []
  return [
    `${head}:`,
    ...[...all.slice(0, MAX_LISTED_LINES), ...more].map((text) => `  ${replaceControlCharacters(text)}`),
    '',
  ].join('\n')
}

const some = (prefixes: readonly string[]) =>
  prefixes.length > 3 ? `${prefixes.slice(0, 3).join(', ')}, ...` : prefixes.join(', ')

type Second = PlanRehearsalResult['seconds'][number]
const formatSecond = ({ second, asPredicted, withoutRoute, elsewhere }: Second) =>
  `${second} s: ${asPredicted} as predicted, ${withoutRoute} without a route, ${elsewhere} not yet where predicted`

/** Returns the seconds in which a count changed. The last second is included even if no count changed in it. */
const steps = (seconds: readonly Second[]): readonly Second[] =>
  seconds.filter((is, n) => {
    const was = seconds[n - 1]
    const isChanged = (['asPredicted', 'withoutRoute', 'elsewhere'] as const).some((one) => was?.[one] !== is[one])
    return n === seconds.length - 1 || isChanged
  })

function formatHop(taken: TwinSelectedRoute, names: PlanRehearsalReport['names']): string {
  if (taken === null) return 'nowhere'
  const all = taken.hops.map((text) => {
    const [circuit = '', path = '', peer = ''] = text.split(' ')
    return circuit === '' ? peer : [names[circuit] ?? circuit, path].filter(Boolean).join(' ')
  })
  return `by ${taken.prefix} over ${[...new Set(all)].join(', ')}`
}

function formatMoved(
  { side, scope, prefix, routers, lostSeconds }: RehearsedPrefixMove,
  names: PlanRehearsalReport['names'],
): string {
  const words = `${side} ${prefix} at ${names[scope] ?? scope}: ${formatHop(routers, names)}`
  if (!lostSeconds || lostSeconds.atMost === null) return words
  return `${words}, without a route for ${lostSeconds.atLeast} to ${lostSeconds.atMost} s`
}
