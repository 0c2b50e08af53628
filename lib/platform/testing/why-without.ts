import { isAbsent, type Program } from '../system-programs.ts'

/** Why tests that need the programs are skipped: `etcd is not installed`; null where all are there. */
export function whyWithout(programs: readonly Program[]): string | null {
  const absent = programs.filter(isAbsent).map(({ name }) => name)
  return absent.length === 0 ? null : `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not installed`
}
