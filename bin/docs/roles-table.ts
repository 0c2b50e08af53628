import { RIGHT_MEANINGS, RIGHTS, ROLE_NAMES, ROLES } from '#lib/contract/index.ts'

const BEGIN = '<!-- roles: written by `npm run docs` from lib/contract/access -->'
const END = '<!-- end of roles -->'

/**
 * Replaces the part of a page that says which role has which right.
 * @throws Error when the page has no place for it
 */
export function withRoles(page: string): string {
  const [from, to] = [page.indexOf(BEGIN), page.indexOf(END)]
  if (from < 0 || to < from) throw new Error(`the page holds no "${BEGIN}" before "${END}"`)
  return `${page.slice(0, from + BEGIN.length)}\n\n${list()}\n\n${page.slice(to)}`
}

const list = () =>
  RIGHTS.map((right) => {
    const roles = ROLE_NAMES.filter((role) => ROLES[role].rights.includes(right))
    const who = roles.length === ROLE_NAMES.length ? 'all' : roles.join(', ')
    return `- \`${right}\` (${who}): ${RIGHT_MEANINGS[right]}`
  }).join('\n')
