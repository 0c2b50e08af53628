import { globSync, readFileSync } from 'node:fs'
import path from 'node:path'
import { azureDocumentedValues, azureDocPages, azureDocumentedRules, checkRecords } from '#lib/contract/index.ts'

const BASE = 'https://learn.microsoft.com/azure/'
const LINK = /learn\.microsoft\.com\/azure\/([a-z0-9/-]*[a-z0-9])/g

/** Returns the pages of Microsoft's documentation that nobody has compared with Peerwatch since a time, or never. */
export const listStalePages = (before: number) =>
  Object.entries(azureDocPages)
    .filter(([, checked]) => checked === null || Date.parse(checked) < before)
    .map(([page, checked]) => ({ page: BASE + page, checked }))

/**
 * Returns where Peerwatch uses each page of Microsoft's documentation: facts, rules, checks and files that cite the
 * page. The key is the page's address.
 * @param root folder of the repository
 */
export function listPageUses(root: string): Map<string, string[]> {
  const records = [
    ...Object.entries(azureDocumentedValues).map(([name, { source, states, value }]) => ({
      source,
      use: `fact ${name}: ${states} ${JSON.stringify(value)}`,
    })),
    ...Object.entries(azureDocumentedRules).map(([name, { source, states }]) => ({
      source,
      use: `rule ${name}: ${states}`,
    })),
    ...Object.entries(checkRecords).map(([name, { source, meaning, command }]) => ({
      source,
      use: `check ${name}: ${meaning}${command ? ` ${command}` : ''}`,
    })),
  ]
  const files = globSync(['lib/**/*.ts', 'components/**/*.ts', 'docs/rules/*.md'], { cwd: root })
    .filter((name) => !name.includes('.test.') && !name.startsWith(path.join('lib', 'contract')))
    .toSorted()
    .flatMap((name) =>
      [...readFileSync(path.join(root, name), 'utf8').matchAll(LINK)].map(([link]) => ({
        source: `https://${link}`,
        use: name,
      })),
    )
  const pages = Map.groupBy([...records, ...files], ({ source }) => source.replace(/#.*/, ''))
  return new Map([...pages].map(([page, uses]) => [page, [...new Set(uses.map(({ use }) => use))]]))
}
