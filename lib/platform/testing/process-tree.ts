import { readFileSync } from 'node:fs'

/** Returns a process and all its descendants, the parent first, as Linux lists them. */
export function listProcessTree(pid: number): number[] {
  return [pid, ...childrenOf(pid).flatMap(listProcessTree)]
}

function childrenOf(pid: number): number[] {
  try {
    const listed = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim()
    return listed === '' ? [] : listed.split(' ').map(Number)
  } catch {
    return [] // the process ended in the meantime
  }
}
