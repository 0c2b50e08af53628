import path from 'node:path'
import { checkBoundaries } from '#lib/platform/boundaries/check.ts'
import { CHOSEN_PACKAGES } from '#lib/platform/boundaries/rules.ts'

/** A check that sees no files is green for the wrong reason. */
const AT_LEAST_FILES = 60

const { files, imports, violations } = await checkBoundaries(path.resolve(import.meta.dirname, '..'), CHOSEN_PACKAGES)
for (const violation of violations) process.stderr.write(`${violation}\n`)
if (files < AT_LEAST_FILES)
  process.stderr.write(
    `only ${files} files were seen, fewer than ${AT_LEAST_FILES}: the check snapshots in the wrong place\n`,
  )
process.stdout.write(`${files} files, ${imports} imports, ${violations.length} violations\n`)
process.exitCode = violations.length > 0 || files < AT_LEAST_FILES ? 1 : 0
