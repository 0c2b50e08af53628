import { formatWithThreeDigits } from '#lib/contract/words/rates.ts'

export { formatBitRate } from '#lib/contract/words/rates.ts'

const byteUnits = ['B', 'kB', 'MB', 'GB', 'TB', 'PB', 'EB']

/** Formats a bandwidth as it is sold: `50 Mb/s`, `1 Gb/s`, `2.5 Gb/s`. */
export function formatBandwidth(megabitsPerSecond: number): string {
  return megabitsPerSecond >= 1000
    ? `${Number((megabitsPerSecond / 1000).toFixed(2))} Gb/s`
    : `${megabitsPerSecond} Mb/s`
}

/** Formats a number of bytes in decimal units. It computes with integers, so that no digit is lost. */
export function formatBytes(bytes: string): string {
  let value = BigInt(bytes)
  const sign = value < 0n ? '−' : ''
  if (value < 0n) value = -value
  let unit = 0
  let scale = 1n
  while ((value * 10n) / scale >= 9995n && unit < byteUnits.length - 1) {
    scale *= 1000n
    unit++
  }
  if (unit === 0) return `${sign}${value} B`
  return `${sign}${formatWithThreeDigits(Number((value * 1000n) / scale) / 1000)} ${byteUnits[unit]}`
}

/** Formats a count with all its digits, in groups of three: `1,204`. */
export function formatCountWithSeparators(count: number | bigint | string): string {
  return String(count).replace(/\B(?=(\d{3})+(?!\d))/g, ',')
}

/** Formats a share between 0 and 1 in per cent: `62 %`, `0.4 %`. */
export function formatFractionAsPercent(share: number): string {
  const percent = share * 100
  if (percent === 0 || percent >= 9.95) return `${Math.round(percent)} %`
  return `${percent < 0.1 ? '< 0.1' : percent.toFixed(1)} %`
}

/**
 * Formats the bounds of a share in per cent, to the hundredth: `99.93 to 99.97 %`, `100 %`. The lower bound is rounded
 * down and the upper bound up, so that rounding does not narrow the range.
 */
export function formatShareBounds(least: number, most: number): string {
  const [lo, hi] = [Math.floor(least * 10_000 + SLIP) / 100, Math.ceil(most * 10_000 - SLIP) / 100]
  return lo === hi ? `${lo} %` : `${lo} to ${hi} %`
}

/** Tolerance for rounding errors, in hundredths of a per cent. */
const SLIP = 1e-6

/** Formats a count with its noun: `1 path`, `2 paths`. */
export function formatCountWithPlural(count: number, one: string, many = `${one}s`): string {
  return `${formatCountWithSeparators(count)} ${count === 1 ? one : many}`
}

/** Formats text as a sentence: the first letter becomes a capital letter, and a full stop is added. */
export const formatAsSentence = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}.`

/** Replaces spaces by no-break spaces between a number and its unit, within `3 min 00 s`, and after `≤` or `≥`. */
export const avoidLineBreaks = (words: string): string =>
  words.replace(/(?<=[\d≤≥]) (?=[%\p{L}\d])|(?<=\d (?:d|h|min)) (?=\d)/gu, '\u00a0')

/** Formats a round-trip time in ms, with one decimal place below 10 ms. */
export const formatRtt = (ms: number): string =>
  ms === 0 ? '0' : `${ms < 10 ? Number(ms.toFixed(1)) : Math.round(ms)} ms`
