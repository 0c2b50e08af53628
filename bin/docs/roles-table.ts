import { RIGHT_MEANINGS, RIGHTS, ROLE_NAMES, ROLES } from '#lib/contract/index.ts'

const BEGIN = '<!-- roles: written by `npm run docs` from lib/contract/access -->'
const END = '<!-- end of roles -->'

/**
 * Replaces the part of a page that shows which role has which right.
 * @throws Error when the page has no place for it
 */
export function withRoles(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the page holds no "${BEGIN}" before "${END}"`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${table()}\n\n${page.slice(to)}`
}

function table(): string {
  const rows = RIGHTS.map((right) => [
    `\`${right}\``,
    RIGHT_MEANINGS[right],
    ...ROLE_NAMES.map((role) => (ROLES[role].rights.includes(right) ? 'yes' : '')),
  ])
  return [
    ['right', 'allows to', ...ROLE_NAMES.map((role) => `\`${role}\``)],
    ['---', '---', ...ROLE_NAMES.map(() => '---')],
    ...rows,
  ]
    .map((cells) => `| ${cells.join(' | ')} |`)
    .join('\n')
}
