import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withEventKinds } from './docs/event-kinds-table.ts'

/** `npm run docs`: writes the parts of docs/ that are made from the code. */
const page = path.resolve(import.meta.dirname, '../docs/rules/events.md')
writeFileSync(page, withEventKinds(readFileSync(page, 'utf8')))
process.stdout.write('docs/rules/events.md\n')
