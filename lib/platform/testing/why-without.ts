import { isProgramMissing, type SystemProgram } from '../system-programs.ts'

/**
 * Returns the reason why tests that need the programs are skipped, for example `etcd is not installed`; null if all are
 * installed.
 */
export function whyWithout(programs: readonly SystemProgram[]): string | null {
  const absent = programs.filter(isProgramMissing).map(({ name }) => name)
  return absent.length === 0 ? null : `${absent.join(', ')} ${absent.length === 1 ? 'is' : 'are'} not installed`
}
