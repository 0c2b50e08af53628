import { readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import shipped from '#lib/contract/facts/peering-locations.json' with { type: 'json' }
import { parseLocationPages } from './docs/location-pages.ts'

/**
 * `npm run locations [-- LOCATIONS.md METRO.md]`: updates the list of peering locations that Peerwatch contains. The
 * source is two pages of Microsoft's documentation, or copies of them.
 */
const PAGES = ['expressroute-locations-providers', 'metro'].map(
  (name) => `https://raw.githubusercontent.com/MicrosoftDocs/azure-docs/main/articles/expressroute/${name}.md`,
)

const read = async (page: string) =>
  page.startsWith('https:') ? (await fetch(page)).text() : readFileSync(page, 'utf8')
const copies = process.argv.slice(2)
const pages = copies.length === 2 ? copies : PAGES
const [locations = '', metro = ''] = await Promise.all(pages.map(read))
const dated = [locations, metro].map((page) => /^ms\.date: (.+)$/m.exec(page)?.[1] ?? 'without a date')
const list = {
  source: `${PAGES.join(' and ')}, ms.date ${dated.join(' and ')}`,
  note: shipped.note,
  ...parseLocationPages(locations, metro),
}
const file = path.resolve(import.meta.dirname, '../lib/contract/facts/peering-locations.json')
const lines = JSON.stringify(list, null, 2).replaceAll(/\{\s+"zone"[^}]*\}|\[[^\]]*\]/g, (own) =>
  own.replaceAll(/\s+/g, ' '),
)
writeFileSync(file, `${lines}\n`)
for (const [name, { zone }] of Object.entries(list.public))
  if (zone === null) process.stdout.write(`${name}: its page names another zone than its city's\n`)
process.stdout.write(`${Object.keys(list.public).length} peering locations\n`)
