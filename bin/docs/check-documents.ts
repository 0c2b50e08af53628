import path from 'node:path'
import { checkDocuments } from './documents.ts'

/** A check that sees no files is green for the wrong reason. */
const AT_LEAST_FILES = 100

const { files, faults } = checkDocuments(path.resolve(import.meta.dirname, '../..'))
for (const fault of faults) process.stderr.write(`${fault}\n`)
if (files < AT_LEAST_FILES) process.stderr.write(`only ${files} documents were seen, fewer than ${AT_LEAST_FILES}\n`)
process.stdout.write(`${files} documents, ${faults.length} faults\n`)
process.exitCode = faults.length > 0 || files < AT_LEAST_FILES ? 1 : 0
