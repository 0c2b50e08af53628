import path from 'node:path'
import { findReplacedWords } from '#lib/platform/words/index.ts'

/** Minimum number of files. If the check finds fewer files, its search is broken, and the check must not pass. */
const AT_MIN_FILES = 500

const { files, violations } = findReplacedWords(path.resolve(import.meta.dirname, '..'))
for (const violation of violations) process.stderr.write(`${violation}\n`)
if (files < AT_MIN_FILES) process.stderr.write(`only ${files} files were seen, fewer than ${AT_MIN_FILES}\n`)
process.stdout.write(`${files} files, ${violations.length} replaced words\n`)
process.exitCode = violations.length > 0 || files < AT_MIN_FILES ? 1 : 0
