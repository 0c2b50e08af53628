/**
 * Measures how the time to mask credentials grows with the length of a line: `npm run bench scrub`. For texts that
 * repeat the beginning of a credential, prints the ratio of the times for 64 kB and 16 kB: 4 is linear, 16 is
 * quadratic. `former` is the regular expression of version 0.2.0.
 */
import { maskCredentials } from '#lib/platform/bootstrap/mask-credentials.ts'
import { createLogger } from '#lib/platform/log.ts'

const former = (text: string) =>
  text
    .replace(/\b([a-z][a-z0-9+.-]*:\/\/[^\s:/@"]*):[^\s@"/]+@/gi, '')
    .replace(/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]*/g, '')

const logger = createLogger({ LOG_FORMAT: 'json' }, { write: () => undefined })
const writers = {
  former,
  'now, not cut': maskCredentials,
  'now, a line of the log': (text: string) => logger.error(text),
}
const units = { 'a.': 'a.', '://a:': '://a:', 'eyJ-': 'eyJabcdefgh-', 'Bearer ': 'Bearer ' }

/** Returns the duration of the fastest of several runs, in ms. */
function fastest(work: () => unknown): number {
  const times = Array.from({ length: 3 }, () => {
    const begun = performance.now()
    work()
    return performance.now() - begun
  })
  return Math.min(...times)
}

for (const [name, unit] of Object.entries(units)) {
  for (const [writer, write] of Object.entries(writers)) {
    const [short, long] = [16_384, 65_536].map((length) => {
      const text = unit.repeat(Math.ceil(length / unit.length)).slice(0, length)
      // the current function takes only microseconds for a text, so that each sample runs it many times
      const times = writer === 'former' ? 1 : 200
      return fastest(() => Array.from({ length: times }, () => write(text))) / times
    }) as [number, number]
    const ratio = (long / short).toFixed(1)
    process.stdout.write(
      `${name.padEnd(8)} ${writer.padEnd(24)} 16 kB ${short.toFixed(3)} ms, 64 kB ${long.toFixed(3)} ms, ratio ${ratio}\n`,
    )
  }
}
