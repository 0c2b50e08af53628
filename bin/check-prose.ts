import { readFileSync } from 'node:fs'
import path from 'node:path'
import { checkProse } from './prose/check.ts'
import { runGit } from './structure/files.ts'
import { findCommitSubjectFault } from './prose/subjects.ts'

/** Minimum number of texts. If the check finds fewer texts, its search is broken, and the check must not pass. */
const FEWEST_TEXTS = 20_000
const root = path.resolve(import.meta.dirname, '..')
const bounds: { 'two-patterns-per-mille': number } = JSON.parse(
  readFileSync(path.join(import.meta.dirname, 'prose/bounds.json'), 'utf8'),
)
const { texts, perMille, faults } = checkProse(root)
if (texts < FEWEST_TEXTS) faults.push(`only ${texts} texts were read, fewer than ${FEWEST_TEXTS}`)
const most = bounds['two-patterns-per-mille']
if (perMille > most) faults.push(`${perMille} of 1,000 texts have two or more patterns: at most ${most} may`)
for (const [hash, subject] of newSubjects()) {
  const fault = findCommitSubjectFault(subject)
  if (fault) faults.push(`commit ${hash} "${subject}": ${fault}`)
}
for (const fault of faults) process.stderr.write(`${fault}\n`)
process.stdout.write(`${texts} texts, ${perMille} of 1,000 with two patterns, ${faults.length} faults\n`)
process.exitCode = faults.length > 0 ? 1 : 0

/**
 * Returns hash and subject of each commit (without merges) that was made after this check was introduced. The result is
 * empty outside of a Git repository.
 */
function newSubjects(): [hash: string, subject: string][] {
  try {
    const added = runGit(root, 'log', '--diff-filter=A', '--format=%H', '--', 'bin/check-prose.ts').split('\n')
    const introduced = added.at(-1)
    if (!introduced) return []
    const rows = runGit(root, 'log', '--no-merges', '--format=%h%x09%s', `${introduced}..HEAD`).split('\n')
    return rows.filter(Boolean).map((row) => row.split('\t') as [string, string])
  } catch {
    return []
  }
}
