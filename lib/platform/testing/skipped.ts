/**
 * Whether tests are skipped, which the output says, because vitest names none that it skips.
 * @param tests as in `tests under Patroni`; @param missing what they lack; null = nothing
 */
export function areSkipped(tests: string, missing: string | null): boolean {
  if (missing !== null) process.stdout.write(`${tests} are skipped: ${missing}\n`)
  return missing !== null
}
