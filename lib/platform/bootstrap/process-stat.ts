import { readFileSync } from 'node:fs'

/**
 * What the kernel says of a process, as proc_pid_stat(5) numbers it.
 * @returns a field by its position, from 3 (the state) on, '' = there is none; null = the process is
 *   gone, or this platform has no /proc
 */
export function statFields(pid: number): ((position: number) => string) | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    // the name in brackets before them may hold anything
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return (position) => fields[position - 3] ?? ''
  } catch {
    return null
  }
}
