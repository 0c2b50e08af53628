import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { withEventHeads } from './docs/event-heads.ts'
import { replaceRolesTable } from './docs/roles-table.ts'
import { withRole } from './docs/permissions-role.ts'

/** `npm run docs`: updates the parts of docs/ that are generated from the code. */
const pages = [
  { name: 'docs/azure-permissions.md', written: withRole },
  { name: 'docs/access.md', written: replaceRolesTable },
  { name: 'docs/rules/events.md', written: withEventHeads },
]
for (const { name, written } of pages) {
  const page = path.resolve(import.meta.dirname, '..', name)
  writeFileSync(page, written(readFileSync(page, 'utf8')))
  process.stdout.write(`${name}\n`)
}
