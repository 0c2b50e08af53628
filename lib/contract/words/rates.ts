const rateUnits = ['b/s', 'kb/s', 'Mb/s', 'Gb/s', 'Tb/s']

/**
 * Formats a number up to 999 with three significant digits: `1.24`, `12.4`, `124`. Numbers below 1 have two decimals.
 */
export function formatWithThreeDigits(value: number): string {
  if (value >= 100) return value.toFixed(0)
  if (value >= 10) return value.toFixed(1)
  return value.toFixed(2)
}

/** Formats a bit rate in decimal units: 1 Gb/s is 10^9 bit/s. */
export function formatBitRate(bitsPerSecond: number): string {
  let value = bitsPerSecond
  let unit = 0
  while (value >= 999.5 && unit < rateUnits.length - 1) {
    value /= 1000
    unit++
  }
  return `${unit === 0 ? Math.round(value) : formatWithThreeDigits(value)} ${rateUnits[unit]}`
}
