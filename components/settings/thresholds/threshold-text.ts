import type { ApiThreshold } from '#lib/contract/index.ts'
import { formatCountWithSeparators } from '../../format/quantity.ts'

const durations = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['min', 60_000],
  ['s', 1_000],
  ['ms', 1],
] as const
const rates = [
  ['Gb/s', 1e9],
  ['Mb/s', 1e6],
  ['kb/s', 1e3],
  ['b/s', 1],
] as const

type Unit = ApiThreshold['unit']

/**
 * Formats a threshold with its unit: `3 min`, `80 %`, `8 kb/s`, `1,000`. The text is exact, so that the form reads the
 * same value from it.
 */
export function formatThreshold(value: number, unit: Unit): string {
  switch (unit) {
    case 'duration':
      return inLargest(value, durations)
    case 'share':
      return `${Number((value * 100).toFixed(4))} %`
    case 'bitsPerSecond':
      return inLargest(value, rates)
    case 'count':
      return formatCountWithSeparators(value)
  }
}

/** Parses the text of a threshold. A duration or a rate needs a unit. Returns null if the text is invalid. */
export function parseThreshold(text: string, unit: Unit): number | null {
  const match = /^(\d[\d,]*(?:\.\d+)?)\s*([a-z%/]*)$/i.exec(text.trim())
  if (!match) return null
  const number = Number((match[1] ?? '').replaceAll(',', ''))
  const word = (match[2] ?? '').toLowerCase()
  switch (unit) {
    case 'duration':
      return scaled(number, word, durations)
    case 'bitsPerSecond':
      return scaled(number, word, rates)
    case 'share':
      return word === '%' ? Number((number / 100).toPrecision(12)) : word === '' && number <= 2 ? number : null
    case 'count':
      return word === '' ? number : null
  }
}

/** Hints that the form shows for invalid text, by unit of the threshold. */
export const thresholdHints: Record<Unit, string> = {
  duration: 'Enter a number and a unit, such as 90 s, 3 min or 7 d.',
  share: 'Enter a percentage such as 80 %.',
  bitsPerSecond: 'Enter a rate such as 8 kb/s.',
  count: 'Enter a number.',
}

type Scales = readonly (readonly [string, number])[]

function inLargest(value: number, scales: Scales): string {
  const [word, scale] = scales.find(([, size]) => value >= size && value % size === 0) ?? scales.at(-1) ?? ['', 1]
  return `${formatCountWithSeparators(value / scale)} ${word}`
}

function scaled(number: number, word: string, scales: Scales): number | null {
  const scale = scales.find(([name]) => name.toLowerCase() === word)?.[1]
  return scale === undefined ? null : Math.round(number * scale)
}
