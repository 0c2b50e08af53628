import type { Drill, DrillMark, DrillResult } from '#lib/resilience/api/index.ts'
import { formatDurationBounds } from '#lib/contract/words/index.ts'
import type { StatusWords } from '../../ui/status.tsx'
import { carriersText, intentPrefixesText } from '../intent-words.ts'

export const resultStatus: Readonly<Record<DrillResult, StatusWords>> = {
  fail: { tone: 'down', word: 'FAIL' },
  unknown: { tone: 'unknown', word: 'UNKNOWN' },
  waiting: { tone: 'off', word: 'WAITING' },
  pass: { tone: 'up', word: 'PASS' },
}

/** What a drill came to as a word, or that it has not begun or goes on. */
export function drillStatus({ state, verdict }: Pick<Drill, 'state' | 'verdict'>): StatusWords {
  if (state === 'announced') return { tone: 'notice', word: 'ANNOUNCED' }
  if (state === 'running') return { tone: 'notice', word: 'RUNNING' }
  switch (verdict) {
    case 'cancelled':
      return { tone: 'off', word: 'CALLED OFF' }
    case 'not_held':
      return { tone: 'unknown', word: 'NOT HELD', detail: 'nothing of it was lost' }
    case 'pass':
      return { tone: 'up', word: 'PASSED' }
    case 'fail':
      return { tone: 'down', word: 'FAILED' }
    case 'unknown':
    case 'waiting':
      return { tone: 'unknown', word: 'UNKNOWN', detail: 'not all of it was seen' }
  }
}

type Named = DrillMark & { scopeName: string }

/** What a mark expects, as a sentence without its full stop. */
export function markWords(mark: Named, nameOf: (id: string) => string): string {
  const { kind, scopeName, subject, withinSeconds } = mark
  switch (kind) {
    case 'path_lost':
      return `${scopeName}: the ${subject.split('/')[1]} path of ${subject.split('/')[0]} peering goes down`
    case 'session_lost':
      return `${scopeName}: session ${subject.replace('~', ' – ')} goes down`
    case 'prefixes':
      return prefixWords(mark, nameOf)
    case 'within':
      return `Traffic has moved within ${withinSeconds} s`
    case 'nothing_else':
      return 'Nothing else is lost'
    case 'returned':
      return 'Everything is back to normal when the test ends'
  }
}

function prefixWords({ scopeName, prefixes, outcome, before, to }: Named, nameOf: (id: string) => string): string {
  const count = prefixes.length === 1 ? '1 prefix' : `${prefixes.length} prefixes`
  const one = prefixes.length === 1
  const from = before ? ` from ${carriersText(before, nameOf)}` : ''
  const then = to ? carriersText(to, nameOf) : 'another path'
  const words = {
    moves: `${one ? 'moves' : 'move'}${from} to ${then}`,
    stays: `${one ? 'stays' : 'stay'} on ${then}, by fewer paths`,
    covered: `${one ? 'has' : 'have'} no route of ${one ? 'its' : 'their'} own; a shorter prefix leads to ${then}`,
    default_only: `${one ? 'has' : 'have'} a default route only`,
    internet: `${one ? 'leaves' : 'leave'} to the Internet`,
    stranded: `${one ? 'has' : 'have'} no route left`,
    unknown: 'can not be predicted',
  }[outcome ?? 'unknown']
  return `${scopeName}: ${count} ${words} (${intentPrefixesText(prefixes)})`
}

/** `6 of 8 pass, 1 fails`. */
export function recordWords({ counts }: Pick<Drill, 'counts'>): string {
  const { pass, fail, unknown, waiting } = counts
  const all = pass + fail + unknown + waiting
  const parts = [
    `${pass} of ${all} pass`,
    fail > 0 && `${fail} fail`,
    unknown > 0 && `${unknown} unknown`,
    waiting > 0 && `${waiting} waiting`,
  ]
  return parts.filter(Boolean).join(', ')
}

/** `10 s – 20 s`. */
export const secondsWords = ({ atLeastSeconds, atMostSeconds }: { atLeastSeconds: number; atMostSeconds: number }) =>
  formatDurationBounds(atLeastSeconds * 1_000, atMostSeconds * 1_000)
