import path from 'node:path'
import { checkDocuments } from './documents.ts'

/** Minimum number of files. If the check finds fewer files, its search is broken, and the check must not pass. */
const AT_MIN_FILES = 100

const { files, faults } = checkDocuments(path.resolve(import.meta.dirname, '../..'))
for (const fault of faults) process.stderr.write(`${fault}\n`)
if (files < AT_MIN_FILES) process.stderr.write(`only ${files} documents were seen, fewer than ${AT_MIN_FILES}\n`)
process.stdout.write(`${files} documents, ${faults.length} faults\n`)
process.exitCode = faults.length > 0 || files < AT_MIN_FILES ? 1 : 0
