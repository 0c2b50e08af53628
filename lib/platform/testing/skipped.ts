/**
 * Reports whether tests are skipped, and prints the reason, because vitest does not name skipped tests.
 * @param tests description, for example `tests under Patroni` @param missing missing requirement; null = the tests can
 *   run
 */
export function shouldSkipTestsWithReason(tests: string, missing: string | null): boolean {
  if (missing !== null) process.stdout.write(`${tests} are skipped: ${missing}\n`)
  return missing !== null
}
